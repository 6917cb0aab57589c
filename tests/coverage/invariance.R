# Verdicts of lavaan by polychoric correlations and thresholds (DWLS) on the surveys that
# study_invariance.py --csv FOLDER keeps: Rscript tests/coverage/invariance.R FOLDER
suppressMessages(library(lavaan))
folder <- commandArgs(TRUE)[1]
files <- list.files(folder, "csv$")
model <- "f =~ staff_attitude + staff_capacity + staff_responsive + staff_integrity"
fall <- function(file) {
  data <- read.csv(file.path(folder, file))
  for (item in names(data)[1:4]) data[[item]] <- ordered(pmax(data[[item]], 3))
  fitted <- lapply(list("", "loadings", c("loadings", "thresholds")), function(equal)
    tryCatch(suppressWarnings(cfa(model, data, ordered = names(data)[1:4], group = "group",
      estimator = "DWLS", group.equal = equal)), error = function(e) NULL))
  if (any(vapply(fitted, is.null, TRUE))) return(NA)
  cfi <- vapply(fitted, fitMeasures, 0, "cfi")
  cfi[3] - cfi[2]
}
falls <- vapply(files, fall, 0)
case <- as.integer(sub("-.*", "", files))
for (one in sort(unique(case))) {
  own <- falls[case == one]
  cat(one, "held", 100 * mean(own >= -0.01, na.rm = TRUE), "fall", mean(own, na.rm = TRUE),
      "of", sum(!is.na(own)), "\n")
}
cat("R", paste(R.version$major, R.version$minor, sep = "."), "lavaan",
    as.character(packageVersion("lavaan")), "\n")
