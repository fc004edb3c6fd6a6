"""The prompt of a turn is laid out again for staff, as its model got it and without our internal mark."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from backend.domain.reply import Usage
from backend.domain.trace import Made
from backend.domain.turn import Asked, Model, Opening, Outcome, Question, Route, Timings
from backend.services.lay_out_again import MARK, prompt_of
from backend.turn.routing import EMBEDDED
from tests.turn.pages import FOUND, SITE

CLAUDE = Model("claude-haiku", tier="fast", has_structured_output=True)
OPENING = Opening(
    Asked("t", SITE, "v", "c", "May I?", ""), Question("May I?"), Route(CLAUDE, "short"), FOUND, Timings()
)
OUTCOME = Outcome("done", None, "end_turn", True, (), (), (), Usage(), Timings())
TODAY = date(2026, 11, 28)


def test_the_prompt_has_persona_passages_and_question_and_hides_our_mark() -> None:
    prompt = prompt_of(Made(OPENING, OUTCOME), TODAY)
    assert prompt is not None
    assert MARK in prompt.system[0].text
    assert prompt.messages[-1].blocks[-1].text == "May I?"
    assert FOUND.hits[0].passage.text in "".join(block.text for block in prompt.messages[-1].blocks)


def test_it_is_the_prompt_of_the_model_that_answered_in_the_end() -> None:
    other = Route(replace(CLAUDE, id="claude-sonnet"), "fell back")
    prompt = prompt_of(Made(OPENING, replace(OUTCOME, route=other)), TODAY)
    assert prompt is not None
    assert prompt.model.id == "claude-sonnet"


def test_where_the_sites_own_pages_answered_there_was_no_prompt() -> None:
    assert prompt_of(Made(replace(OPENING, route=Route(EMBEDDED, "")), OUTCOME), TODAY) is None
    assert prompt_of(Made(OPENING, replace(OUTCOME, route=Route(EMBEDDED, ""))), TODAY) is None
