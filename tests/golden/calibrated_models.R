# Regressions with calibrated weights by survey; run here: Rscript calibrated_models.R > calibrated_models.json
suppressMessages({library(survey); library(jsonlite)})
data(api)
d <- svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat)
d$variables$wide <- factor(d$variables$sch.wide)
post <- postStratify(d, ~wide, data.frame(wide = c("No", "Yes"), Freq = c(1072, 5122)))
clusters <- svydesign(id = ~dnum, weights = ~pw, data = apiclus1)
raked <- rake(clusters, list(~stype, ~sch.wide), list(
  data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018)),
  data.frame(sch.wide = c("No", "Yes"), Freq = c(1072, 5122))), control = list(epsilon = 1e-12, maxit = 200))
said <- function(design) {
  fit <- svyglm(api00 ~ meals + ell + mobility, design)
  logit <- svyglm(I(api00 > 650) ~ meals + ell, design, family = quasibinomial(),
                  control = glm.control(epsilon = 1e-14))
  list(weights = unname(weights(design)),
    linear = list(coefficients = unname(coef(fit)), covariance = unname(vcov(fit))),
    logit = list(coefficients = unname(coef(logit)), covariance = unname(vcov(logit))))
}
keep <- c("stype", "sch.wide", "dnum", "pw", "api00", "meals", "ell", "mobility")
cat(toJSON(list(
  strata = c(said(post), list(data = apistrat[, keep])), clusters = c(said(raked), list(data = apiclus1[, keep])),
  versions = list(R = R.version.string, survey = as.character(packageVersion("survey")))),
  digits = I(15), auto_unbox = TRUE))
