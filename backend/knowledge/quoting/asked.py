"""A question as quotations are judged by it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from backend.domain.letters import MARKS
from backend.knowledge.index import find_terms
from backend.knowledge.quoting.says import says

MOST_WORDS = 90  # of one run of sentences
MOST_WORDS_TOGETHER = 220
WORDS_TO_EACH_TERM = 12  # a longer question may have a longer answer
TELLS_FROM = 0.25  # of the question's weight: then an answer without this word is about something else
LEANED_ON = 0.4  # what a word counts that only the question before has said

ASKS_HOW = re.compile(
    r"^\W*(?:how (?:do|can|to|would|should)\b|where (?:do|can) i|i (?:want|need|would like|'d like) to\b"
    r"|can (?:i|you)\b|wie (?:kann|mache|geht|bekomme|ändere)"
    r"|(?:add|apply|block|book|buy|cancel|change|connect|create|delete|disable|download|duplicate|edit|enable|export"
    r"|find|install|make|order|preview|remove|rename|request|reset|return|set|share|sign|start|switch|transfer|undo"
    r"|update|upgrade|upload|use)\b)",
    re.I,
)
ASKS_HOW_MANY = says("asks_how_many")
COUNTS = re.compile(rf"{says('counts').pattern}\W+([\w{MARKS}]+)", re.I)
MEASURES = says("measures", at_start=True)
JOINS = says("joins", at_start=True)
ASKS_WHETHER = says("asks_whether", at_start=True)
ASKS_WHAT_IS = re.compile(r"^\W*(?:what(?:'s| is| are| was)|who (?:is|are)|was (?:ist|sind)|define|meaning of)\b", re.I)


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds of answer that a question wants."""

    steps: bool = False
    number: bool = False
    meaning: bool = False
    verdict: bool = False

    @classmethod
    def of(cls, question: str) -> Kinds:
        """Return what a question wants, whatever joins it to the one before."""
        alone = JOINS.sub("", question)
        number = bool(ASKS_HOW_MANY.search(alone))
        return cls(
            steps=bool(ASKS_HOW.search(alone)) and not number,
            number=number,
            meaning=bool(ASKS_WHAT_IS.search(alone)),
            verdict=bool(ASKS_WHETHER.match(alone)),
        )


@dataclass(frozen=True, slots=True)
class QuestionTerms:
    """A question as quotations are judged by it: its terms' weights, and what kind of answer it wants.

    The words of a question that it leans on count for less: what they name was answered already.
    """

    weights: Mapping[str, float]
    whole: float  # the sum of the weights
    language: str
    wants_steps: bool
    wants_number: bool
    wants_meaning: bool
    wants_verdict: bool = False  # a yes, a no or a limit
    unknown: float = 0.0  # what the words weigh that the site does not know
    light: frozenset[str] = frozenset()  # terms that say little: "how many days" is answered in weeks, too
    counted: frozenset[str] = frozenset()  # what is to be counted: "people" of "how many people"
    is_bare: bool = False  # it names nothing of its own: "how much is it?"
    shares: dict[int, float] = field(default_factory=dict)  # by which terms: many runs of sentences hold the same ones

    @classmethod
    def read(
        cls,
        question: str,
        weights: Mapping[str, float],
        language: str,
        context: Mapping[str, float] = MappingProxyType({}),
        unknown: float = 0.0,
        light: frozenset[str] = frozenset(),
        leans_on: str = "",
    ) -> QuestionTerms:
        """Return the question with these weights, and those of all that it leans on; "and with Nginx?" wants what
        the question that it leans on wanted."""
        whole = {**context, **weights}
        kinds = Kinds.of(question)
        if kinds == Kinds():
            kinds = Kinds.of(leans_on)
        counted = _counted_in(question, language)
        light = light - counted
        return cls(
            {**{term: LEANED_ON * weight for term, weight in context.items()}, **weights},
            sum(whole.values()) or 1.0,
            language,
            wants_steps=kinds.steps,
            wants_number=kinds.number,
            wants_meaning=kinds.meaning,
            wants_verdict=kinds.verdict,
            unknown=unknown,
            light=light & weights.keys() if weights.keys() - light else frozenset(),
            counted=counted,
            is_bare=not weights,
        )

    @property
    def wants_steps_alone(self) -> bool:
        """Whether steps are wanted, and a yes or a no would not do."""
        return self.wants_steps and not self.wants_verdict

    @property
    def room(self) -> int:
        """The most words of an answer."""
        return min(MOST_WORDS_TOGETHER, MOST_WORDS + WORDS_TO_EACH_TERM * len(self.weights))

    def share(self, terms: frozenset[str]) -> float:
        """Return the share of the question's weight that these terms make up."""
        return self.share_of(self.held_by(terms))

    def covered(self, terms: frozenset[str]) -> float:
        """Return the share of all that was asked, known to the site or not, which these terms make up; words that say
        little count where there are no others."""
        light = sum([self.weights[term] for term in self.light])
        held = sum([weight for term, weight in self.weights.items() if term in terms and term not in self.light])
        return held / (self.whole - light + self.unknown)

    def heaviest_missing(self, terms: frozenset[str]) -> str:
        """Return the word that tells most of the question where these terms lack it; "" where they have it, or where
        no word tells much more than the others."""
        heaviest = max(self.weights, key=self.weights.__getitem__, default="")
        tells = heaviest and self.weights[heaviest] >= TELLS_FROM * self.whole
        return heaviest if tells and heaviest not in terms else ""

    def held_by(self, terms: frozenset[str]) -> int:
        """Return which of the question's terms are among these, as bits."""
        return sum([1 << number for number, term in enumerate(self.weights) if term in terms])

    def share_of(self, held: int) -> float:
        """Return the share of the question's weight that the terms of `held_by` make up."""
        if held not in self.shares:
            weights = [weight for number, weight in enumerate(self.weights.values()) if held >> number & 1]
            self.shares[held] = sum(weights) / self.whole
        return self.shares[held]


def _counted_in(question: str, language: str) -> frozenset[str]:
    """Return what is to be counted; "how many days" may be answered in weeks, so measures are not."""
    counts = COUNTS.search(question)
    is_thing = counts and not MEASURES.match(counts[1])
    return frozenset(find_terms(counts[1], language)) if counts and is_thing else frozenset()
