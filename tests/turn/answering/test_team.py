"""A reply of our team is told in small pieces, whole, and stops when the visitor does."""

from __future__ import annotations

import json

from backend.domain.reply import Reply, Source
from backend.domain.turn import Ended, Stop, Text
from backend.turn.answering.team import tell_again

REPLY = Reply('Within **60 days**.\nAsk "us".', 1.0, ("And worn ones?",))
SOURCE = Source("approved-1", "Answered by our team", "")


def test_it_is_told_whole_with_its_sources() -> None:
    pieces = list(tell_again(REPLY, [SOURCE], pace_s=0)(Stop()))
    texts = [piece.text for piece in pieces if isinstance(piece, Text)]
    assert json.loads("".join(texts)) == REPLY.document()
    assert max(map(len, texts)) <= 20
    assert isinstance(pieces[-1], Ended)
    assert (pieces[-1].sources, pieces[-1].usage.cost_usd) == ((SOURCE,), 0.0)


def test_a_stop_ends_it_at_once() -> None:
    stop, told = Stop(), []
    for piece in tell_again(REPLY, (), pace_s=0)(stop):
        told.append(piece)
        stop.ask()
    assert len(told) == 1
