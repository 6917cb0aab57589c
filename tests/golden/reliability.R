# Alpha, omega and their ordinal versions on polychoric_bfi.csv; run here: Rscript reliability.R > reliability.json
suppressMessages({library(psych); library(lavaan); library(jsonlite)})
d <- read.csv("polychoric_bfi.csv"); d$C4 <- 7 - d$C4; d$C5 <- 7 - d$C5
one <- function(s) {
  x <- d[, paste0(s, 1:5)]
  model <- paste0("f =~ ", paste0("l", 1:5, "*", s, 1:5, collapse = " + "), "\n",
    paste0(s, 1:5, " ~~ t", 1:5, "*", s, 1:5, collapse = "\n"),
    "\nomega := (l1+l2+l3+l4+l5)^2 / ((l1+l2+l3+l4+l5)^2 + t1+t2+t3+t4+t5)")
  ml <- parameterEstimates(cfa(model, x, std.lv = TRUE, estimator = "MLR"))
  ordinal <- paste0("f =~ ", paste0("l", 1:5, "*", s, 1:5, collapse = " + "),
    "\nomega := (l1+l2+l3+l4+l5)^2 / ((l1+l2+l3+l4+l5)^2 + 5 - l1^2 - l2^2 - l3^2 - l4^2 - l5^2)")
  wls <- parameterEstimates(cfa(ordinal, x, std.lv = TRUE, ordered = names(x)))
  list(alpha = alpha(x)$total$raw_alpha,
    ordinal_alpha = alpha(polychoric(x, correct = 0)$rho)$total$std.alpha,
    omega = ml$est[ml$op == ":="], omega_se = ml$se[ml$op == ":="],
    ordinal_omega = wls$est[wls$op == ":="], ordinal_omega_se = wls$se[wls$op == ":="])
}
cat(toJSON(list(N = one("N"), C = one("C"), R = R.version.string,
  psych = as.character(packageVersion("psych")), lavaan = as.character(packageVersion("lavaan"))),
  digits = I(17), auto_unbox = TRUE))
