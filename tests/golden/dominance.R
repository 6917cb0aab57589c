# Importance by relaimpo and domir on 80 simulated rows (dominance.csv); neither is in Debian, so both
# were installed from their CRAN sources outside the project; run here: Rscript dominance.R > dominance.json
suppressMessages({library(relaimpo); library(domir); library(jsonlite)})
d <- read.csv("dominance.csv")
found <- calc.relimp(lm(y ~ ., d), type = c("lmg", "first", "last"))
all <- domir(y ~ a + b + c + d, function(f) summary(lm(f, d))$r.squared)
complete <- all$Complete_Dominance
complete[is.na(complete)] <- 0
cat(toJSON(list(
  lmg = unname(found@lmg), first = unname(found@first), last = unname(found@last),
  r_squared = unname(found@R2), general = unname(all$General_Dominance),
  conditional = unname(all$Conditional_Dominance), complete = unname(complete),
  versions = list(R = R.version.string, relaimpo = as.character(packageVersion("relaimpo")),
                  domir = as.character(packageVersion("domir")))),
  digits = I(17), auto_unbox = TRUE))
