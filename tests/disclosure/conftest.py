"""What the tests of disclosure share."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from disclosure_worlds import World, make_world


@pytest.fixture(scope="session")
def world() -> World:
    """Return one world for all attacks."""
    return make_world(5)
