"""Does a second model agree? Asked before a reply is shown, where a site wants that.

Whatever keeps it from saying so leaves the reply unconfirmed: a check that breaks agrees with nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from backend.domain.errors import ConnectionLost, Failure
from backend.domain.ports import LanguageModel
from backend.domain.reply import Usage
from backend.domain.turn import Ended, Opinion, Piece, Prompt, Stop, Stopped, Text

NOT_HAD = "the second look could not be had"
LONGEST_DOUBT = 300


def confirm(prompt: Prompt, model: LanguageModel, stop: Stop) -> Opinion:
    """Return what the model thinks of the reply in the prompt; this asks it once, and waits as long as a reply may."""
    try:
        said, usage = whole(model.answer(prompt, stop))
    except Failure as failure:
        return Opinion(f"{NOT_HAD}: {failure.code}", failure.usage)
    return Opinion(doubt_in(said), usage)


def whole(pieces: Iterator[Piece]) -> tuple[str, Usage]:
    """Return all that was said, and its cost; raise a Failure where it was cut off."""
    said = []
    for piece in pieces:
        if isinstance(piece, Text):
            said.append(piece.text)
        elif isinstance(piece, Ended):
            return "".join(said), piece.usage
        elif isinstance(piece, Stopped):
            return "", piece.usage
    raise ConnectionLost("the second look broke off")


def doubt_in(said: str) -> str:
    """Return the doubt in a model's answer, empty where it agrees plainly."""
    try:
        document = json.loads(said[said.index("{") : said.rindex("}") + 1], strict=False)
    except (ValueError, RecursionError):
        return f"{NOT_HAD}: no such document"
    if not isinstance(document, dict) or not isinstance(document.get("carried"), bool):
        return f"{NOT_HAD}: no such document"
    if document["carried"]:
        return ""
    return " ".join(str(document.get("doubt", "")).split())[:LONGEST_DOUBT] or "without a reason"
