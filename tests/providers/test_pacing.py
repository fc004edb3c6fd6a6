"""Reads rest longer as the core fills."""

from __future__ import annotations

from itertools import pairwise

import pytest

from backend.providers.pacing import BUSY_S, LOOKS_EVERY_S, QUIET_S, CorePace, seconds_at


class Core:
    """A clock and a core's use that the test holds."""

    def __init__(self) -> None:
        self.now = self.used = 0.0

    def goes_on(self, seconds: float, share: float) -> None:
        self.now += seconds
        self.used += seconds * share


@pytest.fixture
def core() -> Core:
    return Core()


@pytest.fixture
def pace(core: Core) -> CorePace:
    return CorePace(lambda: core.now, lambda: core.used)


def test_a_quiet_core_reads_often_and_a_full_one_seldom(pace: CorePace, core: Core) -> None:
    assert pace() == QUIET_S
    core.goes_on(1, share=0.05)
    assert pace() == QUIET_S
    core.goes_on(1, share=0.9)
    assert pace() == BUSY_S
    core.goes_on(1, share=0.1)
    assert pace() == QUIET_S


def test_between_them_it_grows_with_the_core() -> None:
    paces = [seconds_at(share / 100) for share in range(120)]
    assert paces == sorted(paces)
    assert max(later - earlier for earlier, later in pairwise(paces)) < 0.005


def test_one_busy_moment_changes_nothing(pace: CorePace, core: Core) -> None:
    core.goes_on(LOOKS_EVERY_S / 2, share=1.0)
    assert pace() == QUIET_S
    core.goes_on(10, share=0.0)
    assert pace() == QUIET_S
