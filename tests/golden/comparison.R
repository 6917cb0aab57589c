# Contrasts, adjusted p-values, letters, equivalence and critical values of emmeans, multcomp,
# mvtnorm and stats. Rscript comparison.R   (writes comparison.json)
suppressMessages({library(emmeans); library(multcomp); library(mvtnorm); library(lme4)
                  library(jsonlite)})
set.seed(1)
emm_options(save.ref_grid = FALSE)
tabled <- function(x) as.data.frame(x)[, c("estimate", "SE", "z.ratio", "p.value")]
limits <- function(x) { d <- as.data.frame(confint(x)); list(low = d[[5]], high = d[[6]]) }

# 1. correlated means: oats of MASS, split plots; the covariance comes from the blocks
oats <- MASS::oats
m <- lmer(Y ~ N + V + (1 | B / V), oats, control = lmerControl(calc.derivs = FALSE))
e <- emmeans(m, ~ N, lmer.df = "asymptotic")
oat <- list(estimate = as.data.frame(e)$emmean, covariance = unname(as.matrix(vcov(e))))
kinds <- list(mean = "eff", all_pairs = "pairwise", reference = "trt.vs.ctrl")
for (kind in names(kinds)) {
  k <- contrast(e, kinds[[kind]], adjust = "none")
  t <- tabled(k)
  by_rule <- lapply(c(none = "none", holm = "holm", bonferroni = "bonferroni", fdr = "fdr"),
                     function(a) as.data.frame(update(k, adjust = a))$p.value)
  L <- as.matrix(coef(k)[, -1])
  sharp <- glht(parm(oat$estimate, oat$covariance), linfct = t(L))
  joint <- summary(sharp, test = adjusted("single-step", abseps = 1e-4))$test$pvalues
  oat[[kind]] <- list(difference = t$estimate, std_error = t$SE, statistic = t$z.ratio,
    adjusted = by_rule, single_step = as.numeric(joint),
    bonferroni = limits(update(k, adjust = "bonferroni")), pointwise = limits(k),
    equivalence = as.data.frame(test(k, delta = 15, side = "equivalence", adjust = "none"))$p.value)
}

# 2. independent means with their own variances: Welch
sprays <- split(InsectSprays$count, InsectSprays$spray)
welch <- list(estimate = sapply(sprays, mean), variance = sapply(sprays, function(x) var(x) / length(x)),
              df = sapply(sprays, length) - 1)
pairs <- combn(6, 2)
tests <- apply(pairs, 2, function(p) t.test(sprays[[p[1]]], sprays[[p[2]]]))
welch$statistic <- sapply(tests, function(x) x$statistic)
welch$pair_df <- sapply(tests, function(x) x$parameter)
welch$p <- sapply(tests, function(x) x$p.value)
welch$low <- sapply(tests, function(x) x$conf.int[1])
welch$high <- sapply(tests, function(x) x$conf.int[2])

# 3. letters
tukey <- glht(lm(count ~ spray, InsectSprays), linfct = mcp(spray = "Tukey"))
shown <- cld(tukey)
letters_case <- list(estimate = welch$estimate, signif = as.logical(shown$signif),
                     pairs = names(shown$signif), letters = shown$mcletters$Letters)

# 4. critical values
sds <- c(.5, 1, 2, .8, 1.3, .25, 1.1)
D <- cbind(-1, diag(6)); V <- D %*% diag(sds^2) %*% t(D)
around <- function(tail) qmvnorm(.95, tail = tail, corr = cov2cor(V), abseps = 1e-5)$quantile
far <- function(x) 1 - as.numeric(pmvnorm(-rep(x, 6), rep(x, 6), corr = cov2cor(V), abseps = 1e-6))
critical <- list(tukey = sapply(c(3, 10, 63), function(k) qtukey(.95, k, Inf) / sqrt(2)),
                 tukey_99 = sapply(c(3, 10, 63), function(k) qtukey(.99, k, Inf) / sqrt(2)),
                 sds = sds, both = around("both.tails"), upper = around("lower.tail"),
                 exceed = sapply(c(1, 2, 3), far))

# 5. exact tests of every ordered pair
x <- c(29, 30, 25, 118, 97); n <- c(30, 30, 30, 120, 100)
one <- function(k, j) fisher.test(matrix(c(x[k], n[k] - x[k], x[j], n[j] - x[j]), 2),
                                  alternative = "greater")$p.value
fisher <- list(x = x, n = n, p = lapply(1:5, function(j) sapply(setdiff(1:5, j), one, j = j)))

versions <- c(R = R.version.string, sapply(c("emmeans", "multcomp", "mvtnorm", "lme4", "MASS"),
              function(p) as.character(packageVersion(p))))
write(toJSON(list(oats = oat, welch = welch, letters = letters_case, critical = critical,
                  fisher = fisher, versions = as.list(versions)), digits = I(17),
             auto_unbox = TRUE, pretty = TRUE), "comparison.json")
