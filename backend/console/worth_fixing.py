"""What lint found, as pages show it: what is meant, and the presses that mend it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from backend.domain.faults import Fault

# By kind of fault: its drawing, and what stands beside it. `other` opens the second page, `source` the page on the web
# or the answer that was written here, `read` reads a page that a link leads to, `again` reads the page anew, `words`
# makes visitors' words known, `out` takes the document out.
LOOKS: Mapping[str, tuple[str, Sequence[str]]] = {
    "contradiction": ("swap", ("other", "source")),
    "near_duplicate": ("copy", ("other", "out")),
    "same_text": ("copy", ("other", "out")),
    "hidden_orders": ("no", ("source", "out")),
    "empty_heading": ("doc", ("source", "again")),
    "unknown_link": ("web", ("read", "source")),
    "stale": ("slow", ("source", "again")),
    "never_found": ("search", ("words", "out")),
    "unfindable": ("search", ("words", "source")),
    "empty_page": ("doc", ("again", "out")),
    "left_out": ("doc", ("again", "source")),
}
BAD = frozenset({"contradiction", "hidden_orders"})


@dataclass(frozen=True, slots=True)
class ShownFault:
    """A fault beside one of its documents; `other` is the key of the second one, empty where there is none."""

    kind: str
    document: str
    text: str
    other: str
    other_text: str

    @property
    def icon(self) -> str:
        return LOOKS[self.kind][0]

    @property
    def ways(self) -> Sequence[str]:
        return LOOKS[self.kind][1]

    @property
    def is_bad(self) -> bool:
        return self.kind in BAD


def shown_faults(faults: Sequence[Fault]) -> list[ShownFault]:
    """Return the faults as a list shows them, each once, what visitors could be told wrongly first."""
    return sorted(map(_shown, faults), key=lambda each: not each.is_bad)


def faults_of(document: str, faults: Sequence[Fault]) -> list[ShownFault]:
    """Return the faults of one document, also those that were found from the other side."""
    return list(_beside(document, faults))


def _beside(document: str, faults: Sequence[Fault]) -> Iterator[ShownFault]:
    for each in map(_shown, faults):
        if each.document == document:
            yield each
        elif each.other == document:
            yield ShownFault(each.kind, document, each.other_text, each.document, each.text)


def _shown(fault: Fault) -> ShownFault:
    other = fault.other
    return ShownFault(
        fault.kind,
        fault.place.document,
        fault.place.text,
        other.document if other else "",
        other.text if other else "",
    )
