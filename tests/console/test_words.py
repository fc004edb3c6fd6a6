"""The console speaks each of its languages whole, and every word that a page wants is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from backend.console import words
from backend.console.persona_form import FIELDS, KINDS_OF_PAIRS, SECTIONS
from backend.domain.flags import FlagReason
from backend.domain.setting_changes import by_path
from backend.domain.site import SiteSettings
from backend.domain.site_json import settings_to_json
from tests.servers import ROOT

CONSOLE = ROOT / "backend" / "console"
SOURCES = [*CONSOLE.rglob("*.html"), *CONSOLE.rglob("*.py")]
HOLES = re.compile(r"\{(\w+)\}")
SAID = re.compile(r"""\b(?:say|done)\(\s*(?:language\w*(?:\(\))?, )?["']([\w.-]+)["']\s*[,)]""")
ENGLISH = words.words_in("en")


@pytest.mark.parametrize("language", words.languages())
def test_each_language_has_every_sentence_with_the_same_holes(language: str) -> None:
    spoken = words.words_in(language)
    assert spoken.keys() == ENGLISH.keys()
    for name, sentence in spoken.items():
        assert sentence.strip(), name
        assert set(HOLES.findall(sentence)) == set(HOLES.findall(ENGLISH[name])), name


@pytest.mark.parametrize("source", SOURCES, ids=lambda each: each.relative_to(CONSOLE).as_posix())
def test_what_a_page_says_is_in_the_table(source: Path) -> None:
    missing = [name for name in SAID.findall(source.read_text()) if "." in name and name not in ENGLISH]
    assert missing == []


def test_every_setting_choice_and_finding_has_its_words() -> None:
    every = by_path(settings_to_json(SiteSettings("A", ("https://a.example",))))
    assert {f"setting.{path}" for path in every} <= ENGLISH.keys()
    assert {f"setting.{path}_help" for path in FIELDS} <= ENGLISH.keys()
    assert {f"section.{section.name}" for section in SECTIONS if not section.is_open} <= ENGLISH.keys()
    for path, kinds in KINDS_OF_PAIRS.items():
        assert {f"{path}.{kind}" for kind in kinds} <= ENGLISH.keys()
    choices = {choice or "as_usual" for field in FIELDS.values() for choice in field.choices}
    assert {f"choice.{choice}" for choice in choices} <= ENGLISH.keys()
    assert {f"flag.{reason}" for reason in get_args(FlagReason)} <= ENGLISH.keys()


def test_one_is_said_as_one_and_thousands_are_parted() -> None:
    assert words.say("en", "draft.changes", count=1) == "Draft: 1 change"
    assert words.say("en", "draft.changes", count=1200) == "Draft: 1,200 changes"
    assert words.say("de", "draft.changes", count=1200) == "Entwurf: 1.200 Änderungen"


def test_every_change_that_is_recorded_has_a_sentence() -> None:
    recorded = re.compile(r"""\b_?(?:Change|change|note)\(\s*"([a-z_]+\.[a-z_]+)\"""")
    sources = (ROOT / "backend").rglob("*.py")
    actions = {action for source in sources for action in recorded.findall(source.read_text())}
    assert "token.made" in actions
    assert {action for action in actions if f"happened.{action}" not in ENGLISH} == set()
