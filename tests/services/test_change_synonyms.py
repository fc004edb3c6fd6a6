"""Words that stand for one another are joined, and mistakes change nothing."""

from __future__ import annotations

import pytest

from backend.app import House
from backend.domain.errors import SettingsError
from backend.domain.site import Site
from backend.services.change_synonyms import change_synonyms


def test_groups_that_share_a_word_become_one(house: House, site: Site) -> None:
    groups = change_synonyms(site, ["bike, bicycle", "bicycle, cycle"], [], house)
    assert [set(group) for group in groups] == [{"bike", "bicycle", "cycle"}]


def test_a_word_that_is_in_no_group_cannot_be_taken_out(house: House, site: Site) -> None:
    change_synonyms(site, ["bike, bicycle"], [], house)
    with pytest.raises(SettingsError, match="'car'"):
        change_synonyms(site, [], ["car"], house)
    assert change_synonyms(site, [], [], house) == [("bike", "bicycle")]


@pytest.mark.parametrize("words", ["bike", "", ",", ", ".join(f"w{number}" for number in range(21)), "a, " + "b" * 61])
def test_a_group_that_cannot_be_used_is_refused(house: House, site: Site, words: str) -> None:
    with pytest.raises(SettingsError, match="--add"):
        change_synonyms(site, [words], [], house)
