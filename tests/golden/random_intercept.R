# Random-intercept logit by lme4::glmer, Laplace and adaptive quadrature.
# Rscript random_intercept.R   (writes random_intercept.json, random_intercept_*.csv; about a minute)
suppressMessages({library(lme4); library(jsonlite); library(numDeriv)})
herd <- data.frame(group = as.integer(cbpp$herd), x = cbpp$incidence, n = cbpp$size,
                   period = as.integer(cbpp$period))
write.csv(herd, "random_intercept_cbpp.csv", row.names = FALSE)
inst <- aggregate(cbind(x = as.integer(y >= 4), n = 1) ~ d + service + lectage, InstEval, sum)
inst <- data.frame(group = as.integer(inst$d), service = as.integer(inst$service) - 1,
                   lectage = as.integer(inst$lectage), x = inst$x, n = inst$n)
inst <- inst[inst$group <= 400, ]
write.csv(inst, "random_intercept_insteval.csv", row.names = FALSE)
ctl <- glmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10, maxfun = 1e5),
                    tolPwrss = 1e-13, calc.derivs = TRUE, check.conv.grad = "ignore")
# glmer's search stops at about 1e-5 of the parameters; Newton steps on its own deviance, by
# numerical derivatives, take it the rest of the way
polish <- function(f) {
  deviance <- update(f, devFunOnly = TRUE)
  point <- c(getME(f, "theta"), fixef(f))
  for (i in 1:4) point <- point - solve(hessian(deviance, point), grad(deviance, point))
  list(sd = point[[1]], beta = as.numeric(point[-1]), deviance = deviance(point))
}
show <- function(f) {
  r <- ranef(f, condVar = TRUE)[[1]]
  list(beta = as.numeric(fixef(f)), sd = as.numeric(attr(VarCorr(f)[[1]], "stddev")),
       ll = as.numeric(logLik(f)), se = sqrt(diag(as.matrix(vcov(f)))),
       polished = polish(f),
       modes = r[[1]], mode_sd = sqrt(as.numeric(attr(r, "postVar"))))
}
out <- list()
for (q in c(1, 9, 25)) out[[paste("cbpp", q)]] <-
  show(glmer(cbind(x, n - x) ~ factor(period) + (1 | group), herd, binomial, nAGQ = q, control = ctl))
for (q in c(1, 9)) out[[paste("insteval", q)]] <-
  show(glmer(cbind(x, n - x) ~ service + factor(lectage) + (1 | group), inst, binomial, nAGQ = q, control = ctl))
out$versions <- list(R = R.version.string, lme4 = as.character(packageVersion("lme4")))
write(toJSON(out, digits = I(17), auto_unbox = TRUE, pretty = TRUE), "random_intercept.json")
