"""The owner learns where the tag works and what keeps it from working."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from backend.app import House
from backend.domain.site import Site
from backend.services.check_install import LATELY, check_install


def test_a_tag_that_was_never_seen_has_nothing_to_say(house: House, site: Site) -> None:
    told = check_install(site, house)
    assert (list(told.seen), list(told.problems)) == ([], [])


def test_where_it_works_and_what_is_wrong_elsewhere(house: House, site: Site) -> None:
    house.sightings.note(site.id, "seen", "https://shop.example", 3)
    house.sightings.note(site.id, "wrong_origin", "https://new.example", 1)
    house.sightings.note(site.id, "blocked", "https://shop.example", 1)
    told = check_install(site, house)
    assert [(each.origin, each.count) for each in told.seen] == [("https://shop.example", 3)]
    assert {each.kind for each in told.problems} == {"wrong_origin", "blocked"}


def test_a_problem_that_was_mended_or_is_old_is_none(house: House, site: Site) -> None:
    house.sightings.note(site.id, "wrong_origin", "https://new.example", 1)
    house.sightings.note(site.id, "buffered", "https://shop.example", 1)
    settings = replace(site.settings, origins=(*site.settings.origins, "https://new.example"))
    assert [each.kind for each in check_install(replace(site, settings=settings), house).problems] == ["buffered"]
    now = house.time()
    house.time = lambda: now + LATELY + timedelta(minutes=1)
    assert list(check_install(site, house).problems) == []
