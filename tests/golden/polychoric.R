# Polychoric correlations of psych::bfi (25 items, first 1,000 complete rows) and polycor's two-step.
suppressMessages({library(psych); library(polycor); library(jsonlite)})
data(bfi)
d <- na.omit(bfi[, 1:25])[1:1000, ]
write.csv(d, "polychoric_bfi.csv", row.names = FALSE)
p <- polychoric(d, correct = 0, smooth = FALSE)
two <- polychor(d$A2, d$A3)
write_json(list(rho = unname(p$rho), A2_A3 = two, tau = unname(qnorm(cumsum(table(d$A1)) / 1000)[1:5]),
  versions = list(R = R.version.string, psych = as.character(packageVersion("psych")),
                  polycor = as.character(packageVersion("polycor")))),
  "polychoric.json", digits = 15, auto_unbox = TRUE)
