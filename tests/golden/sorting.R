# Vietnamese alphabetical order by ICU, locale vi: Rscript sorting.R <provinces-63.csv>
library(stringi)
units <- read.csv(commandArgs(TRUE)[1], colClasses = "character", encoding = "UTF-8")
words <- c("ma", "mà", "mả", "mã", "má", "mạ", "ba", "bă", "bâ", "da", "đa", "dê", "de", "đê",
  "on", "ôn", "ơn", "ôm", "ơm", "un", "ưn", "um", "ưm", "an", "ăn", "ân", "am", "ăm", "âm",
  "hoa mai", "hoa", "hoàng", "hỏa", "kẻ", "kê", "xe", "ý", "yên", "y", "quả", "quá cao", "quà")
sorted <- function(x) stri_sort(enc2utf8(x), locale = "vi")
quoted <- function(x) paste0('    "', x, '"', collapse = ",\n")
cat('{\n  "r": "', R.version.string, '",\n  "stringi": "', as.character(packageVersion("stringi")),
  '",\n  "icu": "', stri_info()$ICU.version, '",\n  "names": [\n', quoted(sorted(units$name_vi)),
  '\n  ],\n  "words": [\n', quoted(sorted(words)), '\n  ]\n}\n', sep = "")
