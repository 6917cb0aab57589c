# Differences of rates from Clopper and Pearson's limits, combined as Zou and Donner (2008) do:
# Rscript rate_contrasts.R, in this folder. UCBAdmissions: rates of admission by department (Bickel
# et al. 1975; the data set of R's own datasets).
library(jsonlite)

counts <- apply(UCBAdmissions, c(1, 3), sum)
x <- counts["Admitted", ]
n <- colSums(counts)
rate <- x / n

distances <- function(level) {
  ends <- sapply(seq_along(x), function(i) binom.test(x[i], n[i], conf.level = level)$conf.int)
  list(below = rate - ends[1, ], above = ends[2, ] - rate)
}
ends <- function(k, level, R = diag(length(x))) {
  d <- distances(level)
  lower <- ifelse(k > 0, d$below, d$above) * k
  upper <- ifelse(k > 0, d$above, d$below) * k
  sum(k * rate) + c(-1, 1) * sqrt(c(t(lower) %*% R %*% lower, t(upper) %*% R %*% upper))
}
p_value <- function(k) {
  gap <- sum(k * rate)
  near <- function(log_p) {
    side <- ends(k, 1 - exp(log_p))
    if (gap > 0) side[1] else side[2]
  }
  exp(uniroot(near, c(log(1e-12), log(0.999)), tol = 1e-12)$root)
}
pairs <- t(combn(length(x), 2, function(ij) replace(numeric(length(x)), ij, c(1, -1))))
mean_of_all <- diag(length(x)) - rep(1, length(x)) %o% (n / sum(n))
told <- function(K) list(
  matrix = K,
  difference = as.vector(K %*% rate),
  ends95 = t(apply(K, 1, ends, level = 0.95)),
  ends999 = t(apply(K, 1, ends, level = 0.999)),
  correlated = t(apply(K, 1, ends, level = 0.95, R = 0.7 * diag(length(x)) + 0.3))
)
small <- which(abs(pairs %*% rate) < 0.1)
write_json(
  list(count = unname(x), n = unname(n), pairs = told(pairs), mean = told(mean_of_all),
       p = list(rows = small - 1, value = apply(pairs[small, , drop = FALSE], 1, p_value)),
       versions = list(R = as.character(getRversion()))),
  "rate_contrasts.json", digits = NA, auto_unbox = TRUE, pretty = TRUE)
