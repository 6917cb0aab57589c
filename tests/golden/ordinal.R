# Proportional-odds models: MASS::polr, ordinal::clm, survey::svyolr on data of their packages.
# Rscript tests/golden/ordinal.R   (run in tests/golden)
suppressMessages({library(MASS); library(ordinal); library(survey); library(jsonlite)})
data(housing); data(wine); data(api)
write.csv(housing, "ordinal_housing.csv", row.names = FALSE)
write.csv(wine[, c("rating", "temp", "contact", "judge")], "ordinal_wine.csv", row.names = FALSE)
weighted <- clm(Sat ~ Infl + Type + Cont, weights = Freq, data = housing,
                control = clm.control(gradTol = 1e-12, maxIter = 200))
plain <- clm(rating ~ temp + contact, data = wine, control = clm.control(gradTol = 1e-12))
null <- clm(rating ~ 1, data = wine)
tight <- list(reltol = 1e-15, maxit = 1000)
polr_housing <- polr(Sat ~ Infl + Type + Cont, weights = Freq, data = housing, control = tight)
polr_wine <- polr(rating ~ temp + contact, data = wine, control = tight)
apiclus1$level <- cut(apiclus1$api00, c(0, 550, 650, 750, 1000), labels = FALSE)
write.csv(apiclus1[, c("dnum", "pw", "level", "meals", "ell", "mobility")], "ordinal_apiclus1.csv",
          row.names = FALSE)
apiclus1$level <- factor(apiclus1$level)
clustered <- svyolr(level ~ meals + ell + mobility,
                    svydesign(id = ~dnum, weights = ~pw, data = apiclus1))
out <- list(
  housing = list(thresholds = unname(weighted$alpha), coefficients = unname(weighted$beta),
                 names = names(weighted$beta), covariance = unname(vcov(weighted)),
                 log_likelihood = as.numeric(logLik(weighted))),
  wine = list(thresholds = unname(plain$alpha), coefficients = unname(plain$beta),
              covariance = unname(vcov(plain)), log_likelihood = as.numeric(logLik(plain)),
              null_log_likelihood = as.numeric(logLik(null))),
  apiclus1 = list(coefficients = unname(coef(clustered)), covariance = unname(vcov(clustered)),
                  order = names(coef(clustered))),
  polr = list(housing = list(thresholds = unname(polr_housing$zeta), coefficients = unname(coef(polr_housing))),
              wine = list(thresholds = unname(polr_wine$zeta), coefficients = unname(coef(polr_wine)))),
  versions = list(R = R.version.string, MASS = as.character(packageVersion("MASS")),
                  ordinal = as.character(packageVersion("ordinal")),
                  survey = as.character(packageVersion("survey"))))
write_json(out, "ordinal.json", digits = 15, auto_unbox = TRUE, pretty = TRUE)
