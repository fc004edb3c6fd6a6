"""Ask, stream, notice a cut. An answer is complete only when the model has said so."""

from __future__ import annotations

from collections.abc import Iterator

from backend.domain.errors import ConnectionLost
from backend.domain.ports import Answer
from backend.domain.turn import Ended, Piece, Stop, Stopped


def listen(answer: Answer, stop: Stop) -> Iterator[Piece]:
    """Yield what is answered and, last, `Ended`; raise a Failure, ConnectionLost where it was cut off.

    Where the visitor asks to stop, the iterator ends with `Stopped` or nothing, and without an error.
    """
    for piece in answer(stop):
        if stop.is_asked and isinstance(piece, Ended):  # it was whole before the call could be closed
            yield Stopped(piece.usage)
            return
        if stop.is_asked and not isinstance(piece, Stopped):
            continue  # what was on its way when the visitor stopped it; the call is closed, and says what it cost
        yield piece
        if isinstance(piece, Ended):
            return
    if not stop.is_asked:
        raise ConnectionLost("the stream ended before the reply did")
