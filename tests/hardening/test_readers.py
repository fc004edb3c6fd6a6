"""Twice the page is twice the work, whatever a page is made of: what nobody closes, empty boxes, endless lines."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from backend.knowledge.intake.formats.files import SourceFile, prepare, read_source
from backend.knowledge.intake.formats.refusal import read_limits
from tests.tools.expressions.timing import ENOUGH_S, MOST, TRIES

LENGTH = 60_000  # characters; what grows as the square takes seconds for them
BOX = f"<aside>{'word ' * 20}</aside><i></i>"
HTML = [
    '<p class="question"></p>',
    BOX,
    "<button>a</button>",
    "<button aria-controls=a></button>",
    "<span class=menu>a</span> ",
    '<div class="faq-title">q?</div><div class="faq-answer">a</div>',
    "<details><summary>a</summary>b</details>",
    "<table><tr><td>a</table>",
]
MARKDOWN = [
    "<a",
    "<!--",
    "<http://",
    "<a markdown>",
    "<a markdown></a>",
    "{% ",
    "](",
    "[[a]]",
    "{/* ",
    ":::\n",
    "<Foo>\n",
]


@pytest.mark.parametrize(
    ("ending", "piece"), [*((".html", each) for each in HTML), *((".md", each) for each in MARKDOWN)]
)
def test_twice_the_page_is_twice_the_work(ending: str, piece: str) -> None:
    prepare(ending[1:])
    half, whole = (reading("<p>words " + piece * (length // len(piece)), ending) for length in (LENGTH // 2, LENGTH))
    assert any(seconds(whole) <= MOST * max(seconds(half), ENOUGH_S) for _ in range(TRIES))


def reading(text: str, ending: str) -> Callable[[], object]:
    return lambda: read_source(SourceFile(f"page{ending}", ending, text.encode()), read_limits())


def seconds(work: Callable[[], object]) -> float:
    """Return the CPU that the work takes."""
    began = time.thread_time()
    work()
    return time.thread_time() - began
