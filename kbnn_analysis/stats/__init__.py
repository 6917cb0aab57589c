"""Statistics of arrays: designs, covariances, intervals, models. No pandas, no column names.

Every design-based covariance comes from one place: a statistic gives its per-respondent
:class:`~kbnn_analysis.stats.influences.Influences`, a design its
:class:`~kbnn_analysis.stats.design.DesignArrays`, and
:func:`~kbnn_analysis.stats.linearization.influence_covariance` does the rest.
"""
