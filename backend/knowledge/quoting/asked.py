"""A question as quotations are judged by it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from backend.domain.letters import MARKS
from backend.knowledge.index import find_terms
from backend.knowledge.quoting.says import says

MOST_WORDS = 90  # of one run of sentences
MOST_WORDS_TOGETHER = 220
WORDS_TO_EACH_TERM = 12  # a longer question may have a longer answer
TELLS_FROM = 0.25  # of the question's weight: then an answer without this word is about something else
TELLS_ALL_FROM = 0.85  # of what is asked: then nothing but this one word tells what it is about
LEANED_ON = 0.4  # what a word counts that only the question before has said

ASKS_HOW = re.compile(
    r"^\W*(?:how (?:do|can|to|would|should)\b|where (?:do|can) i|i (?:want|need|would like|'d like) to\b"
    r"|can (?:i|you)\b|wie (?:kann|mache|geht|bekomme|ändere)"
    r"|(?:activate|add|apply|block|book|burn|buy|cancel|change|configure|connect|copy|create|deactivate|delete|disable"
    r"|disconnect|download|duplicate|edit|enable|export|find|hide|import|increase|install|invite|join|log (?:in|out)"
    r"|make|merge|move|mute|open|order|pair|paste|preview|print|recover|remove|rename|replace|request|reset|restore|return|save|send"
    r"|set|share|sign|start|stop|switch|transfer|turn|undo|uninstall|update|upgrade|upload|use)\b)",
    re.I,
)
ASKS_FOR_A_WAY = re.compile(r"^\W*(?:how (?:do|can|to|would|should)|wie (?:kann|mache))\b", re.I)
ASKS_HOW_MANY = says("asks_how_many")
ASKS_WHEN, ASKS_WHAT_TIME = says("asks_when"), says("asks_what_time")
TO_BE_TOLD = says("to_be_told")
MOST_BEFORE_WHEN = 1  # words: "since when"; behind more of them "when" only joins: "what happens when I cancel"
COUNTS = re.compile(rf"{says('counts').pattern}\W+([\w{MARKS}]+)", re.I)
MEASURES = says("measures", at_start=True)
JOINS = says("joins", at_start=True)
ASKS_WHETHER = says("asks_whether", at_start=True)
ASKS_WHO, ASKS_WHERE = says("asks_who", at_start=True), says("asks_where", at_start=True)
ASKS_WHAT_IS = re.compile(
    r"^\W*(?:what(?:'s| is| are| was)|what do(?:es)? [^?]{1,80}? (?:do|mean)\b|who (?:is|are)|was (?:ist|sind)|define"
    r"|meaning of)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds of answer that a question wants."""

    steps: bool = False
    number: bool = False
    meaning: bool = False
    verdict: bool = False
    person: bool = False
    place: bool = False
    clock: bool = False

    @classmethod
    def of(cls, question: str) -> Kinds:
        """Return what a question wants, whatever joins it to the one before."""
        alone = JOINS.sub("", question)
        number = bool(ASKS_HOW_MANY.search(alone)) or _asks_when(alone)
        number = number and not ASKS_FOR_A_WAY.match(alone)
        return cls(
            steps=bool(ASKS_HOW.search(alone)) and not number,
            number=number,
            meaning=bool(ASKS_WHAT_IS.search(alone)),
            verdict=bool(ASKS_WHETHER.match(alone)),
            person=bool(ASKS_WHO.match(alone)),
            place=bool(ASKS_WHERE.match(alone)),
            clock=number and bool(ASKS_WHAT_TIME.search(alone)),
        )


def _asks_when(question: str) -> bool:
    """Tell whether a word such as "when" asks for a time; mostly it joins two sentences ("what happens when …")."""
    when = ASKS_WHEN.search(question)
    if when is None:
        return False
    before = question[: when.start()]
    is_first = len(before.split()) <= MOST_BEFORE_WHEN and not ASKS_WHETHER.match(before)
    return is_first or bool(TO_BE_TOLD.search(before))


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
    wants_person: bool = False
    wants_place: bool = False
    wants_clock: bool = False  # the number that it wants is a time of day
    unknown: float = 0.0  # what the words weigh that the site does not know
    light: frozenset[str] = frozenset()  # terms that say little: "how many days" is answered in weeks, too
    counted: frozenset[str] = frozenset()  # what is to be counted: "people" of "how many people"
    kin: Sequence[tuple[float, Mapping[str, float]]] = ()  # words that the site has other forms of alone, by weight
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
        kin: Sequence[tuple[float, Mapping[str, float]]] = (),
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
            wants_person=kinds.person,
            wants_place=kinds.place,
            wants_clock=kinds.clock,
            unknown=unknown,
            light=light & weights.keys() if weights.keys() - light else frozenset(),
            counted=counted,
            kin=kin,
            is_bare=not weights,
        )

    @property
    def wants_steps_alone(self) -> bool:
        """Whether steps are wanted, and a yes or a no would not do."""
        return self.wants_steps and not self.wants_verdict

    @property
    def wants_a_fact(self) -> bool:
        """Whether a number, people or a place are wanted, which an answer has or has not."""
        return self.wants_number or self.wants_person or self.wants_place

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
        for weight, forms in self.kin:
            held += weight * max([share for form, share in forms.items() if form in terms], default=0.0)
        return held / (self.whole - light + self.unknown + sum([weight for weight, _ in self.kin]))

    @property
    def only_word(self) -> str:
        """Return the one word that tells what the question is about; "" where more than one does."""
        heaviest = max(self.weights, key=self.weights.__getitem__, default="")
        return heaviest if heaviest and self.covered(frozenset([heaviest])) >= TELLS_ALL_FROM else ""

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
