"""Simulated survey periods with a known truth: DỮ LIỆU MÔ PHỎNG / SIMULATED DATA.

Nothing here is an answer of a real respondent, and no rate is a finding on a real province. One
figure is real: the published 98.19 % of Thái Nguyên in period I/2023, which the simulation meets.
System rates of other periods do not follow the published ones.

Notes
-----
The truth.

Frame : 94,501 account holders at 703 offices of 63 provinces (a few hundred to four thousand a
    province, 1,500 on average), in four types: budget_unit 70 %, project_board 10 %,
    organisation 12 %, individual 8 %. The frame never changes within a version.
Who answers : a simple random sample without replacement in each province, 13-30 % of its account
    holders; 19,634 in 2023-1. Few answer in Lai Châu (6), Bắc Kạn (18), Đắk Nông (23) and
    Hậu Giang (27). The numbers do not depend on the seed. Provinces answer at different rates:
    a mean over all respondents is not the mean over all account holders unless it is weighted.
Answers : graded response model with normal latents. The factor latent of a person is the common
    level + province + office + respondent type + general impression + factor, the last two with
    variances 0.55 and 0.45; items load 0.85 on it. An item has total variance 1 within an office
    and type, and four thresholds, shifted by its difficulty.
Province : sd 0.10 for all factors, 0.06 for each factor; memory 0.85 from period to period.
Office : intra-class correlation 0.05 of the latent within a province; memory 0.90.
Type : project_board -0.15, organisation -0.05, individual +0.08 against budget_unit.
Calibration in 2023-1 : over all account holders the two-box rate (4 or 5) of overall_treasury is
    97 % exactly, in Thái Nguyên (19) 98.19 % exactly and the highest of 63 (next: Hải Dương,
    98.01 %). The top box is 54 %. Later periods continue by drift and the stated period effects;
    Thái Nguyên is then not the highest.
Drivers : the latent of overall_treasury is 0.30 staff + 0.22 time + 0.16 result + 0.12 feedback
    + 0.10 guidance + 0.06 publicity + 0.04 online, plus noise (latent R² 0.637); that of
    overall_system is led by online (0.32), with half of the local effects. What respondents say
    matters most (priority_*) is online and time, and is independent of their satisfaction.
Behaviour : 6 % straight-liners give all rated items the answer of overall_treasury, in a quarter
    of the time; 2 % of answers are left out ("", 0, 9), whoever answers; feedback items do not
    apply (6) to 20 % of the careful, online items to 60 % of those who use the counter only; 12 %
    leave a comment from templates.
Periods : 2023-1 to 2025-2. From 2025-2 the units are the 34 provinces; offices keep their numbers.

A truth is the exact mean over the finite list of offices and types (normal distribution functions,
straight-liners included) and over all account holders to whom the item applies: what the same
measure would show if everybody answered.

Examples
--------
>>> simulated = simulate_period("2023-1", scale=0.1)
>>> simulated.frame[["province", "overall_treasury"]].shape[1]
2
"""

from kbnn_analysis.inference.simulation.effects import PERIODS
from kbnn_analysis.inference.simulation.period import (
    DEFAULT_SEED,
    FIRST,
    LATEST,
    simulate_period,
)
from kbnn_analysis.inference.simulation.truth import WHOLE, driver_truth, population_truth
from kbnn_analysis.inference.simulation.writing import MARKER, NAME_MARK, SimulatedPeriod

__all__ = [
    "DEFAULT_SEED",
    "FIRST",
    "LATEST",
    "MARKER",
    "NAME_MARK",
    "PERIODS",
    "WHOLE",
    "SimulatedPeriod",
    "driver_truth",
    "population_truth",
    "simulate_period",
]
