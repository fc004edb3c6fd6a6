"""Whether a reply is what was asked for: the compiled schema decides, once, at the end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from jsonschema import Draft202012Validator

from backend.domain.reply import MOST_FOLLOWUPS, Reply
from backend.turn.answering.parsing.document import well_formed

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


def read_reply(text: str) -> Reply | None:
    """Return the reply that this text is, or None where it is not JSON or breaks the schema."""
    try:
        document = json.loads(text)
    except ValueError:
        return None
    if not compiled().is_valid(document):
        return None
    return Reply(
        message=well_formed(document["message"]),
        confidence=float(document["confidence"]),
        followups=tuple(well_formed(question) for question in document["followups"]),
    )


def words_of(text: str) -> str:
    """Return the strings of a JSON document that is no reply, so that at least its words reach the visitor."""
    try:
        document = json.loads(text)
    except ValueError:
        return ""
    if not isinstance(document, dict):
        return ""
    return well_formed("\n\n".join(value.strip() for value in document.values() if isinstance(value, str)))


def first_followups(questions: list[str]) -> tuple[str, ...]:
    """Return at most three follow-ups, without empty ones."""
    kept = [question.strip() for question in questions if question.strip()]
    return tuple(kept[:MOST_FOLLOWUPS])
