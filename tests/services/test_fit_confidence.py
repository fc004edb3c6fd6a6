"""The confidence of replies follows what staff decide, without anybody asking for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from backend.app import House
from backend.domain.audit import By
from backend.domain.items import Decided, DecisionKind, Reason
from backend.domain.knowledge import Found
from backend.domain.site import Site
from backend.services.apply_folder import apply_folder
from backend.services.decide_item import decide_item
from backend.services.fit_confidence import REFIT_EVERY, fit_confidence
from backend.services.report_calibration import report_calibration
from tests.contracts.items import doubt, item_of
from tests.contracts.people import HeldClock
from tests.services.conftest import PAGES, write_folder

ADA = By("ada@shop.example", None, "203.0.113.7")


@pytest.fixture
def shop(timed: House, tmp_path: object) -> Site:
    return apply_folder(write_folder(tmp_path / "timed", PAGES), timed).site  # type: ignore[operator]


def decide(
    house: House, site: Site, times: int, kind: DecisionKind = "missing", confidence: float = 0.95, *reasons: Reason
) -> None:
    for _ in range(times):
        turn = doubt(house.store, site, "Where?", *(reasons or ("ungrounded",)), confidence=confidence)
        decide_item(site, item_of(house.store, site, turn), Decided(kind), ADA, house)


def live(house: House, site: Site) -> Site:
    return house.sites.site(site.key)


def test_a_few_decisions_change_nothing_yet(timed: House, shop: Site) -> None:
    decide(timed, shop, REFIT_EVERY - 1)
    assert fit_confidence(timed) == 0
    assert timed.sites.fitting(shop) is None


def test_ten_decisions_make_a_curve_and_fifty_are_believed(timed: House, shop: Site) -> None:
    decide(timed, shop, REFIT_EVERY)
    assert fit_confidence(timed) == 1
    assert live(timed, shop).curve.believed(0.95, 0.5) == 0.95
    decide(timed, shop, 40)
    assert fit_confidence(timed) == 1
    assert live(timed, shop).curve.believed(0.95, 0.5) < 0.5
    assert fit_confidence(timed) == 0  # nothing is new


def test_one_new_decision_is_learned_from_by_the_next_day(timed: House, shop: Site, clock: HeldClock) -> None:
    decide(timed, shop, REFIT_EVERY)
    fit_confidence(timed)
    decide(timed, shop, 1, "right")
    assert fit_confidence(timed) == 0
    clock.now += timedelta(hours=25)
    assert fit_confidence(timed) == 1
    fitting = timed.sites.fitting(shop)
    assert fitting is not None
    assert (fitting.decided, fitting.fresh, fitting.curve.decisions) == (REFIT_EVERY + 1, 1, REFIT_EVERY + 1)


def test_what_waits_is_ranked_by_what_was_learned(timed: House, shop: Site) -> None:
    boasts = doubt(timed.store, shop, "Do you ship to Norway?", "other_language", confidence=0.99)
    before = item_of(timed.store, shop, boasts)
    assert before.weight.calibrated == 0.5  # as sure as its reason allows
    decide(timed, shop, 60)
    fit_confidence(timed)
    after = item_of(timed.store, shop, boasts)
    assert after.weight.calibrated < before.weight.calibrated
    assert after.rank > before.rank
    came_later = doubt(timed.store, shop, "Do you ship to Sweden?", "other_language", confidence=0.99)
    assert item_of(timed.store, shop, came_later).weight.calibrated == after.weight.calibrated


def test_a_site_without_decisions_of_its_own_leans_on_the_others(timed: House, shop: Site, tmp_path: object) -> None:
    folder = write_folder(tmp_path / "other", PAGES, "Tea shop", "pk_teashop")  # type: ignore[operator]
    other = apply_folder(folder, timed).site
    decide(timed, shop, 100)
    decide(timed, other, REFIT_EVERY)
    fit_confidence(timed)
    alone = len([each for each in timed.sites.sites() if each.curve.decisions])
    assert alone == 2
    leaning = live(timed, other).curve
    assert leaning.slope != 1.0  # ten decisions of one's own move only the level


def test_who_complains_says_nothing_of_replies_that_look_alike(timed: House, shop: Site) -> None:
    decide(timed, shop, 60, "missing", 0.95, "thumbs_down")
    fit_confidence(timed)
    assert live(timed, shop).curve.decisions == 0
    assert report_calibration(shop, timed).decisions == 60
    decide(timed, shop, REFIT_EVERY, "right", 0.95, "thumbs_down", "ungrounded")
    fit_confidence(timed)
    assert live(timed, shop).curve.decisions == REFIT_EVERY


def test_an_owner_reads_when_it_was_fitted_and_what_that_brought(timed: House, shop: Site) -> None:
    decide(timed, shop, 60)
    fit_confidence(timed)
    told = report_calibration(shop, timed)
    assert told.last is not None
    assert told.last.at == timed.time()
    assert told.fitted == live(timed, shop).curve
    assert told.last.error < told.last.error_before
    assert told.error == pytest.approx(told.last.error, abs=1e-4)


def test_a_published_version_keeps_the_curve(timed: House, shop: Site) -> None:
    decide(timed, shop, 60)
    fit_confidence(timed)
    curve = live(timed, shop).curve
    published = timed.sites.publish(live(timed, shop), replace(shop.settings, greeting="Hello."))
    assert published.curve == curve
    assert timed.drafts.draft(published).site.curve == curve


def test_found_counts_too(timed: House, shop: Site) -> None:
    turn = doubt(timed.store, shop, "Where?", "ungrounded", found=Found((), 0.1))
    decide_item(shop, item_of(timed.store, shop, turn), Decided("missing"), ADA, timed)
    (kept,) = timed.items.decided_replies(shop.id, 10)
    assert (kept.found, kept.reasons) == (0.1, ("ungrounded",))
