"""What every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real reference data beside the project; skip where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the reference data (../shared/data) are not beside this checkout")
    return SHARED_DATA
