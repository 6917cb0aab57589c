# Confirmatory factor analysis and invariance; run from this folder: Rscript cfa.R > cfa.json
suppressMessages({library(lavaan); library(jsonlite)})
options(digits = 17)
holz <- HolzingerSwineford1939[, c("school", paste0("x", 1:9))]
write.csv(holz, "cfa_holzinger.csv", row.names = FALSE)
bfi <- read.csv("polychoric_bfi.csv")
measures <- function(fit, names) { v <- fitMeasures(fit, names); setNames(as.list(as.numeric(v)), names) }
table_of <- function(fit) {
  p <- parameterEstimates(fit, remove.nonfree = FALSE)
  if (is.null(p$group)) p$group <- 1
  p <- p[, c("lhs", "op", "rhs", "group", "est", "se")]
  lapply(as.list(p), function(x) x)
}
plain <- c("chisq", "df", "baseline.chisq", "baseline.df", "cfi", "tli", "rmsea", "rmsea.ci.lower", "rmsea.ci.upper", "srmr")
scaled <- c("chisq", "chisq.scaled", "df", "chisq.scaling.factor", "baseline.chisq.scaled", "baseline.chisq", "baseline.df",
  "cfi.scaled", "tli.scaled", "rmsea.scaled", "rmsea.ci.lower.scaled", "rmsea.ci.upper.scaled", "srmr")
three <- "visual =~ x1 + x2 + x3
textual =~ x4 + x5 + x6
speed =~ x7 + x8 + x9"
ml <- cfa(three, holz, std.lv = TRUE)
mlr <- cfa(three, holz, std.lv = TRUE, estimator = "MLR")
items <- names(bfi)[1:15]
big <- "A =~ A1 + A2 + A3 + A4 + A5
C =~ C1 + C2 + C3 + C4 + C5
E =~ E1 + E2 + E3 + E4 + E5"
dwls <- cfa(big, bfi, std.lv = TRUE, ordered = items)
steps <- list(configural = "", metric = "loadings", scalar = c("loadings", "intercepts"))
groups <- lapply(steps, function(equal) {
  fit <- cfa(three, holz, group = "school", std.lv = TRUE, group.equal = equal, meanstructure = TRUE)
  list(fit = measures(fit, plain), table = table_of(fit))
})
out <- list(
  R = R.version.string, lavaan = as.character(packageVersion("lavaan")),
  ml = list(fit = measures(ml, plain), table = table_of(ml)),
  mlr = list(fit = measures(mlr, c("chisq", "chisq.scaled", "df")), table = table_of(mlr)),
  dwls = list(fit = measures(dwls, scaled), table = table_of(dwls),
    gamma_diagonal = diag(lavInspect(dwls, "gamma")),
    gamma_names = rownames(lavInspect(dwls, "gamma"))),
  groups = groups
)
cat(toJSON(out, digits = I(17), auto_unbox = TRUE, pretty = FALSE, na = "null"))
