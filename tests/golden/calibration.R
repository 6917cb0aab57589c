# Numbers of R's survey package for tests/stats/test_calibration.py, test_replication.py and
# test_quantiles.py. Run in this folder, after estimation.R: Rscript calibration.R
suppressPackageStartupMessages({library(survey); library(jsonlite)})
data(api)
numbers <- function(design) {
  mean_ <- svymean(~api00 + api99, design)
  total <- svytotal(~enroll, design, na.rm = TRUE)
  ratio <- svyratio(~api.stu, ~enroll, design, na.rm = TRUE)
  by <- svyby(~api00, ~stype, design, svymean)
  list(mean = unname(coef(mean_)), mean_cov = unname(vcov(mean_)),
       total = unname(coef(total)), total_var = unname(c(vcov(total))),
       ratio = unname(c(coef(ratio))), ratio_var = unname(c(vcov(ratio))),
       by = unname(coef(by)), by_var = unname(SE(by)^2))
}
calibrated <- function(design) c(numbers(design), list(weights = unname(weights(design))))
types <- data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018))
wide <- data.frame(sch.wide = c("No", "Yes"), Freq = c(1072, 5122))
both <- c(`(Intercept)` = 6194, stypeH = 755, stypeM = 1018)
with_api99 <- c(both, api99 = 3914069)
clus1 <- svydesign(~dnum, weights = ~pw, data = apiclus1, fpc = ~fpc)
strat <- svydesign(~1, strata = ~stype, weights = ~pw, data = apistrat, fpc = ~fpc)
clus2 <- svydesign(~dnum + snum, weights = ~pw, data = apiclus2, fpc = ~fpc1 + fpc2)
tight <- list(maxit = 200, epsilon = 1e-12)
out <- list(
  poststratify_clus1 = calibrated(postStratify(clus1, ~stype, types)),
  poststratify_clus2 = calibrated(postStratify(clus2, ~stype, types)),
  rake_clus1 = calibrated(rake(clus1, list(~stype, ~sch.wide), list(types, wide), control = tight)),
  rake_strat = calibrated(rake(strat, list(~stype, ~sch.wide), list(types, wide), control = tight)),
  raking_strat = calibrated(calibrate(strat, ~stype + sch.wide, c(both, sch.wideYes = 5122),
                                      calfun = "raking", epsilon = 1e-12, maxit = 100)),
  calibrate_clus1 = calibrated(calibrate(clus1, ~stype + api99, with_api99)),
  calibrate_strat = calibrated(calibrate(strat, ~stype + api99, with_api99)))

# Replicate weights: made by R and given to us, and made by both.
plain1 <- svydesign(~dnum, weights = ~pw, data = apiclus1)
plain_strat <- svydesign(~1, strata = ~stype, weights = ~pw, data = apistrat)
for (mse in c(FALSE, TRUE)) {
  end <- if (mse) "_mse" else ""
  options(survey.replicates.mse = mse)
  out[[paste0("jk1_clus1", end)]] <- numbers(as.svrepdesign(plain1, type = "JK1"))
  out[[paste0("jkn_strat", end)]] <- numbers(as.svrepdesign(plain_strat, type = "JKn"))
}
options(survey.replicates.mse = FALSE)
out$jk1_clus1_fpc <- numbers(as.svrepdesign(clus1, type = "JK1"))
data(scd)
scd_weights <- data.frame(arrests = scd$arrests, alive = scd$alive)
repweights <- 2 * cbind(c(1, 0, 1, 0, 1, 0), c(1, 0, 0, 1, 0, 1), c(0, 1, 1, 0, 0, 1), c(0, 1, 0, 1, 1, 0))
fay_weights <- .3 * (repweights == 0) + 1.7 * (repweights == 2)
given <- function(type, w, ...) {
  d <- svrepdesign(data = scd, type = type, repweights = w, combined.weights = FALSE,
                   weights = rep(1, 6), ...)
  r <- svyratio(~alive, ~arrests, d); t <- svytotal(~alive, d)
  list(ratio = unname(c(coef(r))), ratio_var = unname(c(vcov(r))), total_var = unname(c(vcov(t))),
       scale = d$scale, rscales = d$rscales, df = degf(d))
}
suppressWarnings({
  out$brr <- given("BRR", repweights)
  out$fay <- given("Fay", fay_weights, rho = .3)
  out$bootstrap <- given("bootstrap", repweights)
})
out$scd <- list(alive = scd$alive, arrests = scd$arrests, repweights = repweights, fay = fay_weights)

# Quantiles with Woodruff's intervals.
levels <- c(.1, .25, .5, .75, .9)
quantile_of <- function(design) {
  q <- svyquantile(~api00, design, levels, qrule = "math", interval.type = "mean")
  unname(q$api00)
}
out$quantile_strat <- quantile_of(plain_strat)
out$quantile_clus1 <- quantile_of(plain1)
out$versions <- list(R = R.version.string, survey = as.character(packageVersion("survey")))
write_json(out, "calibration.json", digits = NA, auto_unbox = TRUE, pretty = TRUE)
