# Numbers of R's clubSandwich for tests/stats/test_small_samples.py.
# Run in this folder with clubSandwich installed: Rscript few_units.R
suppressPackageStartupMessages({library(clubSandwich); library(jsonlite)})
d <- read.csv("estimation_apiclus1.csv")
d$good <- as.numeric(d$api00 > 650)
told <- function(model) {
  v <- vcovCR(model, cluster = d$dnum, type = "CR2")
  t <- coef_test(model, vcov = v, test = "Satterthwaite")
  list(estimate = t$beta, std_error = t$SE, df = if ("df" %in% names(t)) t$df else t$df_Satt)
}
numbers <- list(
  linear = told(lm(api00 ~ meals + ell + mobility, d)),
  logit = told(glm(good ~ meals + ell + mobility, binomial, d)),
  versions = list(R = R.version.string, clubSandwich = as.character(packageVersion("clubSandwich"))))
write(toJSON(numbers, digits = 14, auto_unbox = TRUE, pretty = TRUE), "few_units.json")
