# Random-effects fits, heterogeneity and BLUPs of metafor on published data.
# Rscript heterogeneity.R   (writes heterogeneity.json, heterogeneity_*.csv)
suppressMessages({library(metafor); library(jsonlite)})
bcg <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
raud <- dat.raudenbush1985
milk_like <- data.frame(yi = as.numeric(bcg$yi), vi = as.numeric(bcg$vi), ablat = bcg$ablat)
write.csv(milk_like, "heterogeneity_bcg.csv", row.names = FALSE)
write.csv(data.frame(yi = as.numeric(raud$yi), vi = as.numeric(raud$vi), weeks = raud$weeks),
          "heterogeneity_raudenbush.csv", row.names = FALSE)
tight <- list(threshold = 1e-14, maxiter = 10000, tol = 1e-12)
one <- function(d, mods, method) {
  res <- if (is.null(mods)) rma(yi, vi, data = d, method = method, control = tight)
         else rma(yi, vi, mods = mods, data = d, method = method, control = tight)
  out <- list(tau2 = res$tau2, se_tau2 = res$se.tau2, b = as.numeric(res$b), vb = res$vb,
              I2 = res$I2 / 100, H2 = res$H2, QE = res$QE, QEp = res$QEp, ll = as.numeric(logLik(res)))
  ci <- confint(res, control = list(tol = 1e-13, maxiter = 1e5))$random
  out$ci <- ci[, 2:3]
  bl <- blup(res); out$blup <- bl$pred; out$blup_se <- bl$se
  if (is.null(mods)) { p <- predict(res); out$pi <- c(p$pi.lb, p$pi.ub) }
  out
}
d1 <- read.csv("heterogeneity_bcg.csv"); d2 <- read.csv("heterogeneity_raudenbush.csv")
cases <- list()
for (m in c("REML", "ML", "PM", "DL")) {
  cases[[paste("bcg", m)]] <- one(d1, NULL, m)
  cases[[paste("bcg ablat", m)]] <- one(d1, ~ ablat, m)
  cases[[paste("raudenbush", m)]] <- one(d2, NULL, m)
  cases[[paste("raudenbush weeks", m)]] <- one(d2, ~ weeks, m)
}
# one-way ANOVA of answers (lme4's Dyestuff, unequal sizes made by leaving five rows out)
dye <- lme4::Dyestuff[-c(1, 2, 9, 20, 21), ]
write.csv(dye, "heterogeneity_dyestuff.csv", row.names = FALSE)
a <- anova(lm(Yield ~ Batch, dye))
cases$anova <- list(ms = a$`Mean Sq`, f = a$`F value`[1], p = a$`Pr(>F)`[1])
cases$versions <- list(R = R.version.string, metafor = as.character(packageVersion("metafor")),
                       lme4 = as.character(packageVersion("lme4")))
write(toJSON(cases, digits = I(17), auto_unbox = TRUE, pretty = TRUE), "heterogeneity.json")
