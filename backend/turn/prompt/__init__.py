"""What do we say? The prompt, laid out so that its stable part comes first and can be cached.

1. The system part holds persona, rules and, where they are few, all of the site's pages: the same bytes for every
   visitor, so that the provider's prompt cache serves them. Its last block is marked as the last stable one.
2. What a visitor or a page wrote is material, never instruction: it stands in named elements that it cannot close, and
   sentences of pages that order a model about are left out.
3. The visitor's question, verbatim, ends the last user message. Today's date stands beside it, where it costs no cache.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial

from backend.domain.errors import TooLarge
from backend.domain.knowledge import Found
from backend.domain.ports import Answer, LanguageModel
from backend.domain.site import Site
from backend.domain.turn import Block, Inquiry, Message, Model, PastTurn, Prompt
from backend.turn.prompt.material import documents_text, page_text, passages_text
from backend.turn.prompt.persona import RULES, examples_for, examples_text, persona_text
from backend.turn.prompt.rubric import lay_out_judging
from backend.turn.prompt.second_look import lay_out_second_look

CHARACTERS_A_TOKEN = 4  # a rough measure, used only to refuse what is far too long
MOST_PAST_TURNS = 10
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

__all__ = [
    "CHARACTERS_A_TOKEN",
    "MOST_PAST_TURNS",
    "RULES",
    "PromptedModel",
    "documents_text",
    "examples_text",
    "lay_out",
    "lay_out_judging",
    "lay_out_second_look",
    "persona_text",
    "system_part",
]


def today_in_utc() -> date:
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class PromptedModel:
    """Implements the port `Answerer` by a language model that is asked with a prompt of ours."""

    model: LanguageModel
    schema: Mapping[str, object]
    canary_of: Callable[[int], str]
    today: Callable[[], date] = today_in_utc

    def prepare(self, inquiry: Inquiry) -> Answer:
        laid_out = lay_out(inquiry, self.schema, self.canary_of(inquiry.site.id), self.today())
        return partial(self.model.answer, laid_out)


def lay_out(inquiry: Inquiry, schema: Mapping[str, object], canary: str, today: date) -> Prompt:
    """Return what is said to the route's model; raise TooLarge where it is over the site's limit of input tokens."""
    question, found, site, model = inquiry.question, inquiry.found, inquiry.site, inquiry.route.model
    past = question.history[-MOST_PAST_TURNS:]
    asked = [Block(question.text)]
    if not found.whole and found.hits:
        asked.insert(0, Block(passages_text(found.passages, found.orders)))
    if question.page.url:
        asked.insert(0, Block(page_text(question.page)))
    asked.insert(0, Block(date_text(today)))
    prompt = Prompt(
        model=model,
        system=system_part(site, model, found, canary),
        messages=(*conversation(past), Message("user", tuple(asked))),
        max_tokens=site.settings.models.max_tokens,
        schema=schema if model.has_structured_output else None,
    )
    check_size(prompt, site.settings.limits.input_tokens)
    return prompt


def system_part(site: Site, model: Model, found: Found, canary: str) -> tuple[Block, ...]:
    """Return what is the same for every visitor of a site."""
    system = [Block(persona_text(site, canary, examples_for(site, model)))]
    if found.whole:
        system.append(Block(documents_text(found.whole, found.orders)))
    return (*system[:-1], Block(system[-1].text, is_last_stable=True))


def date_text(today: date) -> str:
    """Return the line that tells a model which day it is: it cannot know, and "until Friday" needs it."""
    return f"Today is {WEEKDAYS[today.weekday()]}, {today.isoformat()} (UTC)."


def conversation(past: tuple[PastTurn, ...]) -> list[Message]:
    """Return the earlier turns as messages, the replies as the documents that they were; the last one is stable."""
    messages = []
    for number, turn in enumerate(past, start=1):
        document = json.dumps(turn.reply.document(), ensure_ascii=False)
        messages.append(Message("user", (Block(turn.question),)))
        messages.append(Message("assistant", (Block(document, is_last_stable=number == len(past)),)))
    return messages


def check_size(prompt: Prompt, most_tokens: int) -> None:
    blocks = [*prompt.system, *(block for message in prompt.messages for block in message.blocks)]
    tokens = sum(len(block.text) for block in blocks) // CHARACTERS_A_TOKEN
    if tokens > most_tokens:
        raise TooLarge(f"the question with its context is about {tokens} tokens; this site takes {most_tokens}")
