# Numbers of survey::svyglm for tests/stats/test_regression.py; run in this folder.
suppressPackageStartupMessages({library(survey); library(jsonlite)})
data(api)
fit <- function(design) {
  design <- update(design, wide = as.numeric(sch.wide == "Yes"))
  linear <- svyglm(api00 ~ ell + meals + mobility, design)
  logit <- svyglm(wide ~ ell + meals, design, family = quasibinomial(),
                  control = list(epsilon = 1e-14, maxit = 100))
  list(linear = unname(coef(linear)), linear_cov = unname(vcov(linear)),
       logit = unname(coef(logit)), logit_cov = unname(vcov(logit)))
}
out <- list(
  strat_fpc = fit(svydesign(~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = apistrat)),
  clus1 = fit(svydesign(~dnum, weights = ~pw, data = apiclus1)),
  clus2_fpc = fit(svydesign(~dnum + snum, weights = ~pw, fpc = ~fpc1 + fpc2, data = apiclus2)))
out$versions <- list(R = R.version.string, survey = as.character(packageVersion("survey")))
write_json(out, "regression.json", digits = NA, auto_unbox = TRUE, pretty = TRUE)
