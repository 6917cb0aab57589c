# Rubin's rules by mice; run here: Rscript rubin.R > rubin.json
suppressMessages({library(mice); library(jsonlite)})
q <- c(3.91, 3.94, 3.88, 3.97, 3.92); u <- c(0.0021, 0.0019, 0.0023, 0.0020, 0.0022)
small <- pool.scalar(q, u, n = 60, k = 1); large <- pool.scalar(q, u, n = Inf, k = 1)
keep <- c("qbar", "ubar", "b", "t", "df", "fmi")
imp <- mice(nhanes2, m = 5, seed = 7, printFlag = FALSE)
fits <- with(imp, lm(chl ~ bmi)); p <- summary(pool(fits))
cat(toJSON(list(q = q, u = u, small = small[keep], large = large[keep],
  lm_q = unname(t(sapply(fits$analyses, coef))), lm_u = unname(lapply(fits$analyses, function(f) unname(vcov(f)))),
  lm_estimate = p$estimate, lm_se = p$std.error, lm_df = p$df, lm_complete = 23,
  R = R.version.string, mice = as.character(packageVersion("mice"))), digits = I(17), auto_unbox = TRUE))
