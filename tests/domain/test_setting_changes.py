"""Settings are compared by the path of each; a draft goes on upon what was published since."""

from __future__ import annotations

from dataclasses import replace

from backend.domain.setting_changes import changes_between, rebase
from backend.domain.site import SiteSettings, Theme

SITE = SiteSettings("Tea Shop", ("https://tea.example",))


def test_each_setting_that_differs_is_named_by_its_path() -> None:
    changed = replace(SITE, constraints=("Be brief.",), theme=Theme(accent="#112233"))
    assert [(each.where, each.was, each.became) for each in changes_between(SITE, changed)] == [
        ("constraints", [], ["Be brief."]),
        ("theme.accent", "#17607a", "#112233"),
    ]
    assert changes_between(changed, changed) == []


def test_my_change_stands_upon_what_others_published() -> None:
    mine = replace(SITE, greeting="Welcome", theme=replace(SITE.theme, position="left"))
    live = replace(SITE, persona="Friendly", greeting="Hello", theme=replace(SITE.theme, accent="#112233"))
    assert rebase(SITE, mine, live) == replace(live, greeting="Welcome", theme=Theme(accent="#112233", position="left"))
