"""A reply of our team, told again: the same document in the same small pieces as any other, and no model is asked."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from functools import partial

import orjson

from backend.domain.ports import Answer
from backend.domain.reply import Reply, Source, Usage
from backend.domain.turn import Ended, Piece, Stop, Text

PACE_S = 0.01
PIECE = re.compile(r"\s*\S{1,16}|\s+")


def tell_again(reply: Reply, sources: Sequence[Source], pace_s: float = PACE_S) -> Answer:
    """Return what yields a reply that is known, and `Ended` with its sources."""
    return partial(_tell, orjson.dumps(reply.document()).decode(), tuple(sources), pace_s)


def _tell(document: str, sources: tuple[Source, ...], pace_s: float, stop: Stop) -> Iterator[Piece]:
    for piece in PIECE.findall(document):
        if stop.is_asked:
            return
        yield Text(piece)
        time.sleep(pace_s)
    yield Ended("end_turn", Usage(), sources=sources)
