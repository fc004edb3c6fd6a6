"""The answerers, and the breaker and budget that keep us from asking too often."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from backend.domain.turn import Inquiry, Permission, Piece, Prompt, Stop

Answer = Callable[[Stop], Iterator[Piece]]
"""Yields text as it is written and, last, `Ended`; raises a Failure.

An iterator that ends without `Ended` was cut off. When the stop is asked the call is closed at once and the iterator
ends early without an error: with `Stopped` where the call has cost something.
"""


class Answerer(Protocol):
    """Someone who can answer a question: a language model behind a prompt, or the embedded answerer."""

    def prepare(self, inquiry: Inquiry) -> Answer:
        """Make ready what will be said or asked, at no cost yet; raise TooLarge where it is over the site's limit."""


class LanguageModel(Protocol):
    """A model that answers a prompt (implemented by providers)."""

    def answer(self, prompt: Prompt, stop: Stop) -> Iterator[Piece]:
        """Ask the model; yields and raises as every `Answer` does."""


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
