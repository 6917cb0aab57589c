# Random-intercept models of school achievement by lme4: lmer (REML) and glmer, with context of the
# school and a cross-level product. Rscript mixed_linear.R (writes mixed_linear.json, .csv)
suppressMessages({library(lme4); library(jsonlite)})
data(MathAchieve, package = "nlme"); data(MathAchSchool, package = "nlme")
pupil <- as.data.frame(MathAchieve); school <- as.data.frame(MathAchSchool)
pupil$School <- as.character(pupil$School)
place <- match(pupil$School, as.character(school$School))
d <- data.frame(school = place, ses = pupil$SES, math = pupil$MathAch,
                meanses = school$MEANSES[place], catholic = as.integer(school$Sector[place] == "Catholic"))
d <- d[d$school <= 60, ]
d$weight <- ifelse(pupil$Minority[pupil$School %in% school$School[1:60]] == "Yes", 2, 0.5)
write.csv(d, "mixed_linear.csv", row.names = FALSE)
d$scaled <- d$weight * ave(rep(1, nrow(d)), d$school, FUN = sum) / ave(d$weight, d$school, FUN = sum)
tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12))
told <- function(f) list(beta = as.numeric(fixef(f)), sd = attr(VarCorr(f)$school, "stddev")[[1]],
  residual = sigma(f), se = sqrt(diag(as.matrix(vcov(f)))), reml = as.numeric(-2 * logLik(f)))
model <- math ~ ses * catholic + meanses + (1 | school)
out <- list(
  plain = told(lmer(model, d, control = tight)),
  weighted = told(lmer(model, d, weights = scaled, control = tight)))
g <- glmer(I(math > 15) ~ ses + meanses + catholic + (1 | school), d, binomial, nAGQ = 9,
           control = glmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10), tolPwrss = 1e-12))
out$logit <- list(beta = as.numeric(fixef(g)), sd = attr(VarCorr(g)$school, "stddev")[[1]],
                  se = sqrt(diag(as.matrix(vcov(g)))))
out$versions <- list(R = R.version.string, lme4 = as.character(packageVersion("lme4")))
write(toJSON(out, digits = I(17), auto_unbox = TRUE, pretty = TRUE), "mixed_linear.json")
