"""How much harm a doubtful answer is expected to do: what the queue of staff is ranked by.

The rank is a whole number that is written once: as harm decays by half in `half_life_days`, two items keep their order
however old both grow, so that none has to be written again.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from backend.domain.flags import FlagReason
from backend.domain.items import REASONS, Drawn, Reason, Weight
from backend.domain.toml import read_toml

DAY_S = 86_400
PARTS_OF_A_DOUBLING = 1_000  # of the rank
LEAST_HARM = 1e-3
UNKNOWN = 0.5  # chance that an answer is right of which nothing was stated
NOTICES: Mapping[str, Reason] = {"truncated": "truncated", "degraded": "degraded"}
TABLE = read_toml(Path(__file__).with_name("reasons.toml"))
NAMES_OF_STAKES: Sequence[str] = (*TABLE["subjects"], *REASONS)
NO_OTHERS: Mapping[str, float] = {}


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of reasons.toml, which says what each field means."""

    stake: float
    right: float
    chance: float
    of_talk: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """What a question is about, known by the beginnings of its words."""

    name: str
    stake: float
    words: re.Pattern[str]


@cache
def rules() -> Mapping[Reason, Rule]:
    """Return the table of reasons; raise KeyError where it lacks one."""
    return {reason: Rule(**TABLE["reasons"][reason]) for reason in REASONS}


@cache
def subjects() -> tuple[Subject, ...]:
    return tuple(
        Subject(name, row["stake"], re.compile(rf"\b(?:{'|'.join(map(re.escape, row['words']))})", re.IGNORECASE))
        for name, row in TABLE["subjects"].items()
    )


def subject_of(question: str) -> str:
    """Return what a question is about, of the subjects with a stake of their own; empty for none."""
    return next((subject.name for subject in subjects() if subject.words.search(question)), "")


def reasons_of(
    flags: Iterable[FlagReason], notices: Iterable[str] = (), *, is_replaced: bool = False, is_talk: bool = False
) -> tuple[Reason, ...]:
    """Return why staff should look at a turn; small talk is spared the doubts about what it rests on."""
    found: list[Reason] = [*flags, *(NOTICES[notice] for notice in notices if notice in NOTICES)]
    if is_replaced:
        found.append("replaced")
    return tuple(reason for reason in dict.fromkeys(found) if rules()[reason].of_talk or not is_talk)


def weigh(
    reasons: Iterable[Reason],
    subject: str,
    confidence: float | None,
    drawn: Drawn,
    stakes: Mapping[str, float] = NO_OTHERS,
) -> Weight:
    """Return what ranks an item with these reasons; `confidence` says how far the reply can be believed.

    `stakes` are the owner's own, by the name of a reason or a subject.
    """
    reasons = tuple(reasons)
    known = [rules()[reason] for reason in reasons]
    at_stake = [stakes.get(reason, rules()[reason].stake) for reason in reasons]
    about = [stakes.get(each.name, each.stake) for each in subjects() if each.name == subject]
    stated = UNKNOWN if confidence is None else confidence
    return Weight(
        calibrated=round(most_right(reasons, stated), 4),
        stake=max([*at_stake, *about], default=1.0),
        propensity=propensity_of(max((rule.chance for rule in known), default=0.0), drawn.share),
    )


def most_right(reasons: Iterable[Reason], sure: float) -> float:
    """Return how likely an answer is right: as sure as it is, and no surer than what was seen of it allows."""
    return min([sure, *(rules()[reason].right for reason in reasons)])


def propensity_of(chance: float, share: float) -> float:
    """Return how likely a turn like this one comes before staff: for its reasons, or else by lot."""
    return round(1 - (1 - chance) * (1 - share), 6)


def harm_of(weight: Weight, asked: int) -> float:
    """Return the expected harm of an answer that was given so often."""
    return (1 - weight.calibrated) * weight.stake * (1 + math.log2(1 + max(1, asked)))


def rank_of(harm: float, created_at: datetime) -> int:
    """Return the place in the queue: the larger comes first."""
    days = created_at.timestamp() / DAY_S
    half_life: float = TABLE["half_life_days"]
    return round(PARTS_OF_A_DOUBLING * (math.log2(max(harm, LEAST_HARM)) + days / half_life))
