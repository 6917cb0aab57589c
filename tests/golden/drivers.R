# Driver models: survey::svyglm and hand-linearized Brant contrasts, ordinal::clm with nominal
# effects, ridge and Firth by optimization. Rscript drivers.R   (run in tests/golden)
suppressMessages({library(survey); library(ordinal); library(MASS); library(jsonlite)})
options(digits = 17)
data(api); data(wine)
designs <- list(
  clus1 = svydesign(id = ~dnum, weights = ~pw, data = apiclus1),
  strat_fpc = svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = apistrat))
describe <- function(fit) list(coefficients = unname(coef(fit)), covariance = unname(vcov(fit)))
glms <- lapply(designs, function(d) list(
  linear = describe(svyglm(api00 ~ meals + ell + mobility, d)),
  logit = describe(svyglm(I(api00 > 650) ~ meals + ell + mobility, d, family = quasibinomial(),
                          epsilon = 1e-14, maxit = 100)),
  wald = {
    fit <- svyglm(api00 ~ meals + ell + mobility, d)
    test <- regTermTest(fit, ~ ell + mobility, df = Inf)
    list(chi = as.numeric(test$chisq), df = degf(d))
  }))
# Brant under a design: three binary fits, joint covariance of their linearized slopes
d <- designs$clus1
level <- cut(apiclus1$api00, c(0, 550, 650, 750, 1000), labels = FALSE)
x <- model.matrix(~ meals + ell + mobility, apiclus1)
influence <- NULL; slopes <- NULL
for (j in 1:3) {
  y <- as.numeric(level > j)
  fit <- suppressWarnings(glm(y ~ x - 1, family = binomial(), weights = apiclus1$pw,
                              control = glm.control(epsilon = 1e-14, maxit = 100)))
  p <- fitted(fit)
  bread <- solve(t(x * (apiclus1$pw * p * (1 - p))) %*% x)
  influence <- cbind(influence, ((x * (apiclus1$pw * (y - p))) %*% bread)[, -1])
  slopes <- rbind(slopes, coef(fit)[-1])
}
joint <- svyrecvar(influence, d$cluster, d$strata, d$fpc)
contrast <- function(k) {
  take <- matrix(0, 2, 9); take[1, k] <- take[2, k] <- -1; take[1, 3 + k] <- 1; take[2, 6 + k] <- 1
  value <- take %*% as.vector(t(slopes))
  drop(t(value) %*% solve(take %*% joint %*% t(take)) %*% value)
}
brant <- list(slopes = unname(slopes), covariance = unname(joint), chi = sapply(1:3, contrast),
              df = degf(d))
# partial proportional odds: nominal effects of `contact`, on wine
nominal <- clm(rating ~ temp, nominal = ~ contact, data = wine,
               control = clm.control(gradTol = 1e-13, maxIter = 200))
common <- clm(rating ~ temp + contact, data = wine, control = clm.control(gradTol = 1e-13))
# Firth: maximum of the log likelihood plus half the log determinant of the information (separated)
sx <- cbind(1, c(-3, -2, -1, -0.5, 0.5, 1, 2, 3), c(0, 1, 0, 1, 0, 1, 1, 0))
sy <- c(0, 0, 0, 0, 1, 1, 1, 1)
firth <- function(b) {
  eta <- drop(sx %*% b); p <- plogis(eta)
  -(sum(sy * eta - log1p(exp(eta))) +
      0.5 * determinant(t(sx * (p * (1 - p))) %*% sx)$modulus[1])
}
best <- optim(c(0, 1, 0), firth, method = "BFGS", control = list(reltol = 1e-16, maxit = 1000))
best <- optim(best$par, firth, method = "Nelder-Mead",
              control = list(reltol = 1e-16, maxit = 20000))
out <- list(
  svyglm = glms, brant = brant,
  partial = list(alpha = unname(nominal$alpha), beta = unname(nominal$beta),
                 log_likelihood = as.numeric(logLik(nominal)),
                 ratio = 2 * as.numeric(logLik(nominal) - logLik(common)),
                 covariance = unname(vcov(nominal))),
  firth = list(coefficients = best$par, x = sx[, -1], y = sy),
  versions = list(R = R.version.string, survey = as.character(packageVersion("survey")),
                  ordinal = as.character(packageVersion("ordinal"))))
write_json(out, "drivers.json", digits = 15, auto_unbox = TRUE, pretty = TRUE)
