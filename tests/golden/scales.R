# Reliability and factors on psych::bfi (rows of polychoric_bfi.csv): psych, base factanal, lavaan.
suppressMessages({library(psych); library(lavaan); library(jsonlite)})
d <- read.csv("polychoric_bfi.csv")
a <- alpha(d[, c("N1", "N2", "N3", "N4", "N5")])
one <- cfa("f =~ N1 + N2 + N3 + N4 + N5", d, std.lv = TRUE)
est <- parameterEstimates(one)
load <- est$est[est$op == "=~"]; res <- est$est[est$op == "~~" & est$lhs == est$rhs][1:5]
fa3 <- factanal(covmat = cor(d[, 1:15]), factors = 3, n.obs = 1000, rotation = "none",
                control = list(opt = list(factr = 1e1)))
write_json(list(
  alpha = a$total$raw_alpha, dropped = a$alpha.drop$raw_alpha, item_rest = a$item.stats$r.drop,
  feldt = as.numeric(unlist(alpha.ci(a$total$raw_alpha, 1000, 5, digits = 12)[c("lower.ci", "upper.ci")])),
  omega = sum(load)^2 / (sum(load)^2 + sum(res)),
  uniqueness = unname(fa3$uniquenesses), discrepancy = unname(fa3$criteria["objective"]), df = fa3$dof,
  versions = list(R = R.version.string, psych = as.character(packageVersion("psych")),
                  lavaan = as.character(packageVersion("lavaan")))),
  "scales.json", digits = 15, auto_unbox = TRUE, pretty = TRUE)
