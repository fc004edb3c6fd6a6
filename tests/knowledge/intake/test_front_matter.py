"""The head of a file says what its author wrote, and keeps from visitors what steers a site's generator."""

from __future__ import annotations

import pytest

from backend.domain.errors import SettingsError
from backend.knowledge.intake.documents import read_markdown
from backend.knowledge.intake.formats.refusal import Refused
from backend.knowledge.intake.front_matter import find_bad_dates, split_front_matter


@pytest.mark.parametrize("written", ["3.10", "yes", "No", "007", "1_000", "2024-05-01", "0x1F", "1e3"])
def test_a_title_keeps_its_spelling(written: str) -> None:
    assert read_markdown(f"---\ntitle: {written}\n---\nText", "p.md").title == written
    assert read_markdown(f'+++\ntitle = "{written}"\n+++\nText', "p.md").title == written


def test_toml_is_front_matter_too() -> None:
    document = read_markdown(
        '+++\ntitle = "Prices"\nurl = "/prices"\nweight = 3.10\n\n[menu]\nx = 1\n+++\nText', "p.md"
    )
    assert (document.title, document.url, document.text) == ("Prices", "/prices", "Text")


@pytest.mark.parametrize("matter", ["---\ndraft: true\n---", "---\npublished: false\n---", "+++\ndraft = true\n+++"])
def test_a_draft_is_no_page_and_says_why(matter: str) -> None:
    with pytest.raises(Refused, match="not published") as told:
        read_markdown(f"{matter}\nText", "p.md")
    assert told.value.code == "draft"


@pytest.mark.parametrize(
    "matter", ["---\ndraft: false\n---", "---\npublished: 2024-05-01\n---", "+++\ndraft = false\n+++"]
)
def test_what_is_no_draft_is_a_page(matter: str) -> None:
    assert read_markdown(f"{matter}\nText", "p.md").text == "Text"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ('+++\ntitle = "a\n+++\nText', "is not TOML"),
        ('+++\ntitle = "a"\n\nText', "is not closed"),
        ("+++\ndate = 2024-02-30\n+++\nText", "is not TOML"),
        ("---\ntitle: !!python/none x\n---\nText", "is not YAML"),
    ],
)
def test_what_is_broken_is_named(raw: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        split_front_matter(raw, "p.md")


def test_a_day_that_no_calendar_has_is_named_and_the_page_kept() -> None:
    raw = "---\ntitle: A\ndate: 2024-02-30\nlastmod: 2024-02-28T10:00:00\n---\nText"
    assert read_markdown(raw, "p.md").text == "Text"
    (said,) = find_bad_dates(raw, "p.md")
    assert said.startswith("date in its front matter is no day of the calendar: 2024-02-30.")


def test_sentences_that_a_template_shows_are_text() -> None:
    raw = (
        "---\nhero:\n  tagline: Bikes that last you a lifetime.\n  actions:\n    - text: Start here with us now\n"
        "features:\n  - title: Fast\n    details: We deliver in two days.\n    link: /fast\n  - title: No sentence\n"
        "steps:\n  - Open the app.\n  - Tap Save\nhead:\n  - - meta\n    - name: a b c d e\n---\nWelcome."
    )
    assert read_markdown(raw, "p.md").text == (
        "Welcome.\n\nBikes that last you a lifetime.\n\n**Fast**\n\nWe deliver in two days.\n\n"
        "- Open the app.\n- Tap Save"
    )


def test_addresses_of_a_page_are_no_text() -> None:
    raw = "---\nredirect_from: [/old/, /older/]\naliases: [/a.html, Send back]\nkeywords: refund\n---\nText"
    assert read_markdown(raw, "p.md").text == "Text\n\n## Also found as\n\n- Send back\n- refund"
