# Change between two waves of the same clusters, strata and respondents: stacked data of survey's
# api, whose schools have a score for 1999 and for 2000; and levels of two outcomes shrunken jointly
# by metafor. Rscript change.R   (writes change.json)
suppressMessages({library(survey); library(metafor); library(jsonlite)})
options(survey.lonely.psu = "fail")
data(api)
stack <- function(d) rbind(cbind(d, wave = "1999", api = d$api99), cbind(d, wave = "2000", api = d$api00))
told <- function(b, difference) list(
  estimate = as.numeric(coef(b)), covariance = unname(as.matrix(vcov(b))),
  change = as.numeric(coef(difference)), std_error = as.numeric(SE(difference)))
wave_change <- function(design) {
  b <- svyby(~api, ~wave, design, svymean, covmat = TRUE)
  told(b, svycontrast(b, c(-1, 1)))
}
kinds <- function(design) {
  b <- svyby(~api, ~stype + wave, design, svymean, covmat = TRUE)
  differences <- lapply(1:3, function(k) { v <- rep(0, 6); v[k] <- -1; v[k + 3] <- 1; v })
  each <- lapply(differences, function(v) svycontrast(b, v))
  list(estimate = as.numeric(coef(b)), covariance = unname(as.matrix(vcov(b))),
       change = sapply(each, function(x) as.numeric(coef(x))), std_error = sapply(each, function(x) as.numeric(SE(x))))
}
clus <- stack(apiclus1); strat <- stack(apistrat)
c1 <- svydesign(~dnum, weights = ~pw, data = clus)
s1 <- svydesign(~snum, strata = ~stype, weights = ~pw, data = strat)

# partial overlap: some districts in one wave only. survey takes all 15 as the sample of both waves,
# so its factor is 15/14 throughout; each wave alone is told beside it.
d <- sort(unique(apiclus1$dnum))
some <- rbind(subset(clus, wave == "1999" & dnum %in% d[1:11]), subset(clus, wave == "2000" & dnum %in% d[5:15]))
part <- svydesign(~dnum, weights = ~pw, data = some)
alone <- sapply(c("1999", "2000"), function(w) {
  x <- subset(some, wave == w); as.numeric(SE(svymean(~api, svydesign(~dnum, weights = ~pw, data = x))))
})

# independent waves: covariance zero
two <- svydesign(~1, strata = ~wave, weights = ~pw, data = stack(apisrs))
b <- svyby(~api, ~wave, two, svymean, covmat = TRUE)

# two outcomes of Berkey et al. (1998): levels in "two periods" of five trials
dat <- dat.berkey1998
V <- bldiag(lapply(split(dat[, c("v1i", "v2i")], dat$trial), as.matrix))
fit <- rma.mv(yi, V, mods = ~ outcome - 1, random = ~ outcome | trial, struct = "UN", data = dat,
              method = "REML", control = list(reltol = 1e-14, maxit = 10000))
re <- ranef(fit)[[1]]
paired <- list(yi = dat$yi, outcome = as.character(dat$outcome), trial = dat$trial, V = unname(as.matrix(V)),
               mean = as.numeric(coef(fit)), order = rownames(coef(summary(fit))), spread = unname(fit$G),
               levels = rownames(fit$G), ranef = as.numeric(re$intrcpt), ranef_names = rownames(re),
               loglik = as.numeric(logLik(fit)))

versions <- c(R = R.version.string, sapply(c("survey", "metafor"), function(p) as.character(packageVersion(p))))
write(toJSON(list(
  clusters = c(wave_change(c1), list(kinds = kinds(c1))), strata = c(wave_change(s1), list(kinds = kinds(s1))),
  partial = c(wave_change(part), list(alone = unname(alone), first = d[1:11], second = d[5:15])),
  independent = told(b, svycontrast(b, c(-1, 1))), srs = apisrs[, c("api99", "api00", "pw")],
  paired = paired, versions = as.list(versions)), digits = I(17), auto_unbox = TRUE, pretty = FALSE),
  "change.json")
