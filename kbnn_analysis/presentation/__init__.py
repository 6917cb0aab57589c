"""Results in; tables, figures, sentences and reports out, in Vietnamese and English.

Nothing here computes a statistic: what a reader sees is what a result holds.
"""
