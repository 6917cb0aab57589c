# Maximum likelihood of the beta-binomial by VGAM and by optim on its log-likelihood.
# Rscript beta_binomial.R   (writes beta_binomial.json, beta_binomial_*.csv)
suppressMessages({library(VGAM); library(jsonlite)})
data(lirat); data(chest.nz)
lirat_counts <- data.frame(x = lirat$R, n = lirat$N)
cbpp <- lme4::cbpp
herds <- aggregate(cbind(incidence, size) ~ herd, cbpp, sum)
sets <- list(lirat = lirat_counts, cbpp = data.frame(x = herds$incidence, n = herds$size),
             inverted = data.frame(x = herds$size - herds$incidence, n = herds$size))
loss <- function(th, x, n) {
  m <- exp(th[2]); mu <- plogis(th[1]); a <- mu * m; b <- (1 - mu) * m
  -sum(lbeta(a + x, b + n - x) - lbeta(a, b))
}
out <- list()
for (s in names(sets)) {
  d <- sets[[s]]; write.csv(d, paste0("beta_binomial_", s, ".csv"), row.names = FALSE)
  o <- optim(c(qlogis(sum(d$x) / sum(d$n)), 2), loss, x = d$x, n = d$n, method = "BFGS",
             control = list(reltol = 1e-16, maxit = 1000))
  for (k in 1:5) o <- optim(o$par, loss, x = d$x, n = d$n, control = list(reltol = 1e-16, maxit = 5000))
  v <- vglm(cbind(x, n - x) ~ 1, betabinomial, data = d, epsilon = 1e-13, maxit = 500, crit = "c")
  out[[s]] <- list(optim = o$par, optim_ll = -o$value, vgam = as.numeric(coef(v)),
                   optim_hessian = optimHess(o$par, loss, x = d$x, n = d$n))
}
out$versions <- list(R = R.version.string, VGAM = as.character(packageVersion("VGAM")))
write(toJSON(out, digits = I(17), auto_unbox = TRUE, pretty = TRUE), "beta_binomial.json")
