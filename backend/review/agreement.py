"""How far two people who judge alike replies agree, and how sure that is.

Kappa alone misleads where nearly every reply is right: two who agree in 95 of 100 may have .47. So the plain share and
AC1 (Gwet 2008) stand beside it, and an interval that says how little a few pairs tell.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

FEW = 100  # pairs, below which nothing is said of a single person
SURE = 1.96  # standard errors of 95 of 100


@dataclass(frozen=True, slots=True)
class Agreement:
    """What came of so many pairs; `kappa` is None where everybody always said the same one thing."""

    pairs: int
    share: float
    kappa: float | None
    ac1: float
    give_or_take: float  # of the share, 95 of 100 times

    @property
    def is_sure(self) -> bool:
        return self.pairs >= FEW


def agreement(pairs: Sequence[tuple[Hashable, Hashable]]) -> Agreement | None:
    """Return how far two judgements of each thing agree; None for no pair."""
    if not pairs:
        return None
    count = len(pairs)
    share = sum(one == other for one, other in pairs) / count
    firsts, seconds = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    kinds = firsts.keys() | seconds.keys()
    by_chance = sum(firsts[kind] * seconds[kind] for kind in kinds) / count**2
    usual = [(firsts[kind] + seconds[kind]) / (2 * count) for kind in kinds]
    by_gwet = sum(each * (1 - each) for each in usual) / max(1, len(kinds) - 1)
    return Agreement(
        pairs=count,
        share=share,
        kappa=None if by_chance == 1 else (share - by_chance) / (1 - by_chance),
        ac1=(share - by_gwet) / (1 - by_gwet),
        give_or_take=SURE * math.sqrt(share * (1 - share) / count),
    )
