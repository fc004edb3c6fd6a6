"""The reply: what a model writes, what the wire carries, what the widget shows."""

from __future__ import annotations

from dataclasses import dataclass

MOST_FOLLOWUPS = 3


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: Markdown, a confidence from 0 to 1, and at most three questions to go on with."""

    message: str
    confidence: float
    followups: tuple[str, ...] = ()

    def document(self) -> dict[str, object]:
        """Return the reply as the JSON document of the contract, fields in its order."""
        return {"message": self.message, "confidence": self.confidence, "followups": list(self.followups)}


@dataclass(frozen=True, slots=True)
class Source:
    """A document that a reply rests on. `id` is the document's id in its site, `url` may be empty."""

    id: str
    title: str
    url: str

    def document(self) -> dict[str, object]:
        return {"id": self.id, "title": self.title, "url": self.url}


@dataclass(frozen=True, slots=True)
class Usage:
    """The cost of a reply in tokens, as the provider counted them; `cost_usd` by our table of prices.

    `is_estimated` where the provider had not told all: a call that was stopped or broke off says what it took in, and
    seldom what it wrote.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    cost_usd: float = 0.0
    is_estimated: bool = False

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cache_read_tokens + other.cache_read_tokens,
            self.cache_write_tokens + other.cache_write_tokens,
            round(self.cost_usd + other.cost_usd, 8),
            self.is_estimated or other.is_estimated,
        )

    def document(self) -> dict[str, object]:
        return {
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "cache_read_tokens": self.cache_read_tokens,
            "cache_write_tokens": self.cache_write_tokens,
            "cost_usd": self.cost_usd,
        }
