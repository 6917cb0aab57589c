"""Workbench for the satisfaction surveys of the State Treasury of Vietnam (KBNN).

The package stands on floors (see ARCHITECTURE.md); import what you need from its rooms, for
example ``from kbnn_analysis.inference import estimate, rank``.
"""

__version__ = "0.1.0"
