# Numbers of R's survey package for tests/stats/test_linearization.py and test_proportions.py.
# Run in this folder: Rscript estimation.R
suppressPackageStartupMessages({library(survey); library(jsonlite)})
data(api)
columns <- c("stype", "dnum", "snum", "cname", "api00", "api99", "enroll", "api.stu", "sch.wide",
             "comp.imp", "meals", "ell", "mobility", "acs.k3", "pw")
keep <- function(frame, more) {
  frame <- frame[, c(columns, more)]
  for (name in more) frame[[name]] <- as.numeric(frame[[name]])
  frame
}
samples <- list(srs = keep(apisrs, "fpc"), strat = keep(apistrat, "fpc"),
                clus1 = keep(apiclus1, "fpc"), clus2 = keep(apiclus2, c("fpc1", "fpc2")))
for (name in names(samples))
  write.csv(samples[[name]], paste0("estimation_api", name, ".csv"), row.names = FALSE)

designs <- list(
  srs = svydesign(~1, weights = ~pw, data = apisrs),
  srs_fpc = svydesign(~1, weights = ~pw, fpc = ~fpc, data = apisrs),
  strat = svydesign(~1, strata = ~stype, weights = ~pw, data = apistrat),
  strat_fpc = svydesign(~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = apistrat),
  clus1 = svydesign(~dnum, weights = ~pw, data = apiclus1),
  clus1_fpc = svydesign(~dnum, weights = ~pw, fpc = ~fpc, data = apiclus1),
  clus2 = svydesign(~dnum + snum, weights = ~pw, data = apiclus2),
  clus2_fpc = svydesign(~dnum + snum, weights = ~pw, fpc = ~fpc1 + fpc2, data = apiclus2))

one <- function(design) {
  mean_ <- svymean(~api00 + api99, design, deff = "replace")
  total <- svytotal(~enroll, design, na.rm = TRUE)
  ratio <- svyratio(~api.stu, ~enroll, design, na.rm = TRUE)
  design <- update(design, wide = as.numeric(sch.wide == "Yes"))
  by <- svyby(~api00 + wide, ~stype, design, svymean, covmat = TRUE)
  interval <- function(d, method) as.numeric(attr(svyciprop(~wide, d, method = method), "ci"))
  types <- levels(design$variables$stype)
  by_type <- function(f) unname(lapply(types, function(t) f(subset(design, stype == t))))
  list(mean = unname(coef(mean_)), mean_cov = unname(vcov(mean_)), deff = unname(diag(attr(mean_, "deff"))),
       total = unname(coef(total)), total_var = unname(c(vcov(total))),
       ratio = unname(c(coef(ratio))), ratio_var = unname(c(vcov(ratio))),
       by = unname(coef(by)), by_cov = unname(vcov(by)), df = degf(design),
       by_df = unlist(by_type(degf)), beta = interval(design, "beta"), logit = interval(design, "logit"),
       by_beta = by_type(function(d) interval(d, "beta")),
       by_logit = by_type(function(d) interval(d, "logit")))
}
# Strata with one PSU: the first school alone in its stratum.
lonely <- function(option) {
  options(survey.lonely.psu = option)
  frame <- apistrat
  frame$h <- as.character(frame$stype); frame$h[1] <- "alone"; frame$h[120] <- "alone too"
  d <- svydesign(~1, strata = ~h, weights = ~pw, data = frame)
  list(mean = unname(c(vcov(svymean(~api00, d)))), total = unname(c(vcov(svytotal(~api00, d)))),
       by = unname(vcov(svyby(~api00, ~stype, d, svymean, covmat = TRUE))))
}
out <- lapply(designs, one)
out$lonely <- sapply(c("remove", "adjust", "average"), lonely, simplify = FALSE)
x <- c(0, 1, 12, 98, 199, 200); n <- 200
out$clopper <- t(sapply(x, function(x) as.numeric(binom.test(x, n)$conf.int)))
out$wilson <- t(sapply(x, function(x) suppressWarnings(as.numeric(prop.test(x, n, correct = FALSE)$conf.int))))
out$jeffreys <- t(sapply(x, function(x) qbeta(c(.025, .975), x + .5, n - x + .5)))
out$versions <- list(R = R.version.string, survey = as.character(packageVersion("survey")))
write_json(out, "estimation.json", digits = NA, auto_unbox = TRUE, pretty = TRUE)
