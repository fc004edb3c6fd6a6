"""Who can answer, and what keeps us from asking too often."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from backend.domain.turn import Permission, Piece, Prompt, Stop


class Answerer(Protocol):
    """Someone who can answer a prompt: a model of Claude's, or the embedded answerer (implemented by providers)."""

    def answer(self, prompt: Prompt, stop: Stop) -> Iterator[Piece]:
        """Yield text as it is written and, last, `Ended`; raise a Failure.

        An iterator that ends without `Ended` was cut off. When `stop` is asked the call is closed at once and the
        iterator ends early without an error: with `Stopped` where the call has cost something.
        """


class Breaker(Protocol):
    """Whether a model is worth asking just now (implemented by providers). Each permission is answered at most once."""

    def ask(self, model: str) -> Permission | None:
        """Return leave to ask the model now; None while it is known to fail."""

    def succeeded(self, permission: Permission) -> None: ...

    def failed(self, permission: Permission, *, opens_at_once: bool = False) -> None:
        """Count a failure; `opens_at_once` for one that every next call would meet too."""

    def state(self, model: str) -> str:
        """Return closed, half_open or open."""


class RetryBudget(Protocol):
    """How many retries the successes of late have earned (implemented by providers)."""

    def take(self) -> bool:
        """Take one retry; False where none is left."""

    def earn(self) -> None:
        """Count a success."""
