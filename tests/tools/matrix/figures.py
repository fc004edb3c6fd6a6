"""What was measured: a figure is some counts, each with what it must be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Count:
    """One number. It must be `wanted`, or at most `most`; with neither it only informs."""

    name: str
    found: float
    wanted: float | None = None
    most: float | None = None

    @property
    def is_met(self) -> bool:
        if self.wanted is not None:
            return self.found == self.wanted
        return self.most is None or self.found <= self.most

    @property
    def limit(self) -> str:
        if self.wanted is not None:
            return f"{self.wanted:,g}"
        return "" if self.most is None else f"at most {self.most:,g}"


@dataclass(frozen=True)
class Figure:
    """What was done, on which log, and what came of it. `faults` are the first of what should not have been."""

    title: str
    log: str
    counts: tuple[Count, ...]
    faults: tuple[str, ...] = ()

    @property
    def is_met(self) -> bool:
        return all(count.is_met for count in self.counts)


@dataclass(frozen=True)
class Cell:
    """How the turns of one failure at one offset ended."""

    kind: str
    offset: str
    log: str
    ends: tuple[str, ...]  # a word for each turn, see `failures.ENDS`


@dataclass
class Measured:
    """All of a run."""

    figures: list[Figure] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)

    def missed(self) -> Iterator[str]:
        for figure in self.figures:
            if not figure.is_met:
                wrong = ", ".join(f"{count.name}: {count.found:,g}" for count in figure.counts if not count.is_met)
                yield f"{figure.title} ({figure.log}): {wrong}"
                yield from (f"    {fault}" for fault in figure.faults)


def few(faults: Sequence[str]) -> tuple[str, ...]:
    """Return the first faults, enough to look for the cause."""
    return tuple(faults[:5])
