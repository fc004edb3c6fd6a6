"""Whether a reply is what was asked for: the compiled schema decides, once, at the end."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from backend.domain.nesting import is_nested_deeper
from backend.domain.one_line import in_one_line, is_seen
from backend.domain.reply import MOST_FOLLOWUPS, Reply
from backend.turn.answering.parsing.document import well_formed

DEEPEST = 16  # brackets in brackets: a reply has two
LONGEST_FOLLOWUP = 120  # characters: a chip is a short question
SCHEMA_FILE = Path(__file__).parents[3] / "reply.schema.json"


@lru_cache(maxsize=1)
def schema() -> Mapping[str, object]:
    """Return the reply's JSON Schema."""
    found: dict[str, object] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def compiled() -> Draft202012Validator:
    """Return the validator, made once: `jsonschema.validate` checks the schema anew at every call."""
    return Draft202012Validator(schema())


def read_json(text: str) -> Any:
    """Return what a JSON text says; None where it is not JSON, says a number that JSON has no word for, or is nested
    deeper than any reply."""
    if is_nested_deeper(text, DEEPEST):
        return None
    try:
        return json.loads(text, parse_constant=_refuse)
    except ValueError:
        return None


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def is_blank(text: str) -> bool:
    """Tell whether a text shows nothing: blanks, and characters that nobody sees."""
    return not any(map(is_seen, text))


def read_reply(text: str) -> Reply | None:
    """Return the reply that this text is, or None where it is not JSON or breaks the schema."""
    document = read_json(text)
    if not compiled().is_valid(document) or is_blank(document["message"]):
        return None
    return Reply(
        message=well_formed(document["message"]),
        confidence=float(document["confidence"]),
        followups=tuple(well_formed(question) for question in document["followups"]),
    )


def words_of(text: str) -> str:
    """Return the strings of a JSON document that is no reply, so that at least its words reach the visitor."""
    document = read_json(text)
    if not isinstance(document, dict):
        return ""
    return well_formed("\n\n".join(value.strip() for value in document.values() if isinstance(value, str)))


def _as_asked(question: str) -> str:
    """Return what makes two questions one: their letters and digits, of any width and case."""
    plain = unicodedata.normalize("NFKC", question).casefold()
    return "".join(filter(str.isalnum, plain)) or plain


def first_followups(questions: Iterable[str]) -> tuple[str, ...]:
    """Return at most three follow-ups as they may be shown: in one line without what is unseen, short, each once."""
    lines = (in_one_line(well_formed(question)) for question in questions)
    kept = [question for question in lines if not is_blank(question) and len(question) <= LONGEST_FOLLOWUP]
    once: dict[str, str] = {}
    for question in kept:
        once.setdefault(_as_asked(question), question)
    return tuple(once.values())[:MOST_FOLLOWUPS]
