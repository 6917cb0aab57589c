# Rotations of factanal's loadings; run here: Rscript rotation.R > rotation.json
suppressMessages(library(jsonlite))
d <- read.csv("polychoric_bfi.csv")
f <- factanal(d[, 1:15], 3, rotation = "none")
l <- unclass(f$loadings); attributes(l) <- list(dim = dim(l))
v <- varimax(l, eps = 1e-14); p <- promax(l)
# promax starts from varimax with its default tolerance: repeat it from the exact one
x <- unclass(v$loadings); attributes(x) <- list(dim = dim(x))
U <- lm.fit(x, x * abs(x)^3)$coefficients
U <- U %*% diag(sqrt(diag(solve(t(U) %*% U))))
cat(toJSON(list(loadings = l, varimax = x, promax = x %*% U, correlation = solve(t(U) %*% U),
  plain_promax = matrix(as.numeric(p$loadings), 15), R = R.version.string), digits = I(17), auto_unbox = TRUE))
