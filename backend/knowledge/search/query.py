"""A question as the index is asked.

The way of a question: its terms; words that the site does not know put right, or met by their kin; the rarest terms, so
that the work is bounded however large the site. What the site does not know is kept as well: it is what makes a
question unanswerable.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from backend.knowledge.index import (
    HAS_BOTH,
    IMPACT_SCALE,
    RUN_OF_THREE,
    SATURATION,
    SPACELESS,
    find_codes,
    find_terms,
    stem,
    table_of,
)
from backend.knowledge.search.memory import Memory
from backend.knowledge.search.spelling import count_slips, is_worth_correcting

MOST_TERMS = 16
MOST_POSTINGS_SHARE = 0.2
MOST_POSTINGS_SHARE_OF_OTHERS = 0.1
MOST_POSTINGS_AT_LEAST = 5_000
WEIGHT_SCALE = 100
REPETITION = 1.2  # how soon a word that the question repeats stops counting
MOST_PUT_RIGHT = 12  # different words of one question: each is compared with the site's words, and a log has hundreds
MOST_WITH_KIN = 24
LIGHT = 0.35  # what a word that says little counts of others
KIN_BESIDE = 0.4  # what a kin counts beside the word itself
KIN_INSTEAD = 0.9  # and where the site does not know the word
TRUST_OF_A_SLIP = 0.1  # taken off for each slip that was put right
SHORTEST, SHORT = 4, 6  # letters
MAY_BE_ANOTHER = 0.5  # "calor" is no slip of "valor" as surely as "delivre" is one of "deliver"
TRUST_OF_A_SLIP_OF_THE_SHORTEST = 0.2  # "perr" and "perd" are alike, "perro" and "perdido" are not
OF_A_RUN_OF_THREE = 0.5  # words: so many does a Thai word give
HELD_BY_CHANCE = 0.2  # of them: parts of other words
RARE_CODE = 3  # passages that hold a code at most, if it is to say what a pasted text is about


@dataclass(frozen=True, slots=True)
class Said:
    """A word of the question: what it tells, and the terms that stand for it, each with how far, 0 to 1."""

    term: str
    weight: float
    stands_for: Mapping[str, float]
    is_light: bool

    def held(self, terms: frozenset[str]) -> float:
        """Return how much of it is among these terms."""
        return max((share for term, share in self.stands_for.items() if term in terms), default=0.0)


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the index is asked: every known term with its weight, and those that were chosen to fetch by.

    `others` are words that nobody said, for those that were; `said` has every word, known or not.
    """

    terms: tuple[str, ...]
    weights: Mapping[str, float]
    fetched: Mapping[str, int]
    others: Mapping[str, int]
    said: tuple[Said, ...]

    @property
    def wanted(self) -> Mapping[str, int]:
        return {**self.others, **self.fetched}

    @property
    def best_possible(self) -> float:
        """Return what a passage with every word that was said comes to."""
        return sum((self.fetched or self.others).values()) * IMPACT_SCALE * (SATURATION + 1)

    @property
    def length(self) -> float:
        """Return the logarithm of the number of known words, 0 to about 1; of three letters in a run, two are one."""
        words = sum(OF_A_RUN_OF_THREE if RUN_OF_THREE.match(term) else 1 for term in self.terms)
        return math.log(1 + words) / math.log(1 + MOST_TERMS)

    @property
    def says_little(self) -> bool:
        """Tell whether no word of it tells what it is about: "how much does it cost?"."""
        return all(each.is_light for each in self.said)

    @property
    def known(self) -> float:
        """Return the share of what was said that the site knows, rare words counting more."""
        return self.held(frozenset(term for each in self.said for term in each.stands_for))

    @property
    def unknown(self) -> float:
        """Return what the words weigh together that the site does not know in any form; words that say little are in
        nobody's way ("how long", "how many days")."""
        return sum(each.weight for each in self.said if not each.stands_for and not each.is_light)

    @property
    def kin(self) -> Sequence[tuple[float, Mapping[str, float]]]:
        """Return the words that the site has in other forms alone: what each weighs, and the forms."""
        return [
            (each.weight, each.stands_for)
            for each in self.said
            if each.stands_for and not each.is_light and not each.stands_for.keys() & self.weights.keys()
        ]

    def held(self, terms: frozenset[str]) -> float:
        """Return the share of what was said that is among these terms, rare words counting more."""
        whole = sum(each.weight for each in self.said)
        share = sum(each.weight * each.held(terms) for each in self.said) / whole if whole else 0.0
        by_chance = HELD_BY_CHANCE * self.in_runs_of_three
        return max(0.0, share - by_chance) / (1 - by_chance)

    @property
    def in_runs_of_three(self) -> float:
        """Return the share of the question's terms that are runs of three letters, of which some are on any page."""
        runs = sum(RUN_OF_THREE.match(each.term) is not None for each in self.said)
        return runs / len(self.said) if self.said else 0.0


def ask(memory: Memory, question: str, language: str) -> Query:
    """Return the question as the index is asked."""
    said = read_codes(memory, question, language)
    right = put_right(memory, said, language)
    counts = Counter(term for term in map(right.get, said) if term)
    weights = {
        term: count * (1 + REPETITION) / (count + REPETITION) * memory.rarity(term) * share_of(term, language)
        for term, count in counts.items()
    }
    known = {term: weight for term, weight in weights.items() if term in memory.vocabulary}
    words = weigh_words(memory, said, right, language)
    others = {**kin_beside(words), **memory.synonyms.beside(weights)}
    memory.vocabulary.look_up(others)
    return Query(
        tuple(known),
        known,
        fetched=in_whole_numbers(known, choose_rarest(memory, known, MOST_POSTINGS_SHARE, at_least=1)),
        others=in_whole_numbers(
            others, choose_rarest(memory, others, MOST_POSTINGS_SHARE_OF_OTHERS, at_least=0 if known else 1)
        ),
        said=words,
    )


def weigh_words(memory: Memory, said: Sequence[str], right: Mapping[str, str], language: str) -> tuple[Said, ...]:
    """Return each word once, with its kin; of a run without spaces what its neighbours do not tell already."""
    lone = shares_of_runs(said, memory)
    words = []
    for number, term in enumerate(dict.fromkeys(said)):
        meant = right.get(term)
        kin = memory.vocabulary.kin(term, language) if number < MOST_WITH_KIN else {}
        stands_for = {other: (KIN_INSTEAD if meant is None else KIN_BESIDE) * share for other, share in kin.items()}
        if meant is not None:
            stands_for[meant] = trust_of(term, meant)
        weight = memory.rarity(meant or term) * share_of(term, language) * lone.get(term, 1.0)
        words.append(Said(term, weight, stands_for, is_light=term in light_terms(language)))
    return tuple(words)


def trust_of(term: str, meant: str) -> float:
    """Return how surely a word is the one that it was put right to: fingers seldom slip on its first letter, and of the
    shortest stems many differ by one letter."""
    if term == meant:
        return 1.0
    slips = count_slips(term, meant)
    if sorted(term) == sorted(meant):
        return 1 - TRUST_OF_A_SLIP * slips
    if len(term) <= SHORT and term[0] != meant[0]:
        return MAY_BE_ANOTHER
    is_shortest = len(term) <= SHORTEST and len(term) == len(meant) and not SPACELESS.match(term)
    return 1 - (TRUST_OF_A_SLIP_OF_THE_SHORTEST if is_shortest else TRUST_OF_A_SLIP) * slips


def kin_beside(words: Iterable[Said]) -> dict[str, float]:
    """Return the kin of all words as terms to fetch by, with their weights."""
    found: dict[str, float] = {}
    for word in words:
        for term, share in word.stands_for.items():
            if term != word.term:
                found[term] = max(found.get(term, 0.0), share * word.weight)
    return found


def shares_of_runs(said: Sequence[str], memory: Memory) -> Mapping[str, float]:
    """Return for each unknown pair of a run without spaces the share of its letters that no known neighbour has.

    Where two words meet stands a pair that no page holds, though both words are known.
    """
    shares: dict[str, float] = {}
    for number, term in enumerate(said):
        if len(term) < 2 or term in memory.vocabulary or not SPACELESS.match(term):
            continue
        covered = [False] * len(term)
        for step in range(1, len(term)):
            before = said[number - step] if number >= step else ""
            after = said[number + step] if number + step < len(said) else ""
            if before[step:] == term[:-step] and before in memory.vocabulary:
                covered[: len(term) - step] = [True] * (len(term) - step)
            if after[:-step] == term[step:] and after in memory.vocabulary:
                covered[step:] = [True] * (len(term) - step)
        shares[term] = covered.count(False) / len(term)
    return shares


def share_of(term: str, language: str) -> float:
    return LIGHT if term in light_terms(language) else 1.0


@lru_cache(maxsize=64)
def light_terms(language: str) -> frozenset[str]:
    """Return the words that say little in this language, as terms."""
    return frozenset(stem(word, language) for word in table_of(language).light_words)


def rare_codes(memory: Memory, query: Query) -> str:
    """Return the codes of a question that few passages hold, as a question of their own; "" where there is none."""
    few = max(RARE_CODE, memory.passages // 500)
    return " ".join(term for term in query.terms if HAS_BOTH.search(term) and memory.vocabulary[term] <= few)


def read_codes(memory: Memory, question: str, language: str) -> Sequence[str]:
    """Return the question's terms; of a code and its parts those that the site knows, or the parts."""
    said = find_terms(question, language)
    memory.vocabulary.look_up(said)
    left_out: set[str] = set()
    for code, parts in find_codes(question, language).items():
        is_known = code in memory.vocabulary
        left_out |= {part for part in parts if part not in memory.vocabulary} if is_known else {code}
    return [term for term in said if term not in left_out]


def put_right(memory: Memory, said: Sequence[str], language: str) -> Mapping[str, str]:
    """Return each term that is known, and for the first of the others the one that it is a slip of."""
    known = {term: term for term in dict.fromkeys(said) if memory.knows(term)}
    unknown = [term for term in dict.fromkeys(said) if term not in known and may_be_a_slip(term, language)]
    slips = ((term, memory.vocabulary.correct(term)) for term in unknown[:MOST_PUT_RIGHT])
    return known | {term: meant for term, meant in slips if meant}


def may_be_a_slip(term: str, language: str) -> bool:
    """Tell whether a word that the site does not know may be a slip: a common word of the language is none."""
    return is_worth_correcting(term) and not SPACELESS.match(term) and term not in light_terms(language)


def in_whole_numbers(weights: Mapping[str, float], terms: Iterable[str]) -> dict[str, int]:
    return {term: max(1, round(WEIGHT_SCALE * weights[term])) for term in terms}


def choose_rarest(memory: Memory, terms: Iterable[str], share: float, *, at_least: int) -> Sequence[str]:
    """Return the terms to fetch by: the rarest, until they would touch more postings than this share of passages."""
    chosen: list[str] = []
    held = sorted((memory.vocabulary[term], term) for term in terms if term in memory.vocabulary)
    left = max(MOST_POSTINGS_AT_LEAST, share * memory.passages)
    for holders, term in held[:MOST_TERMS]:
        left -= holders
        if len(chosen) >= at_least and left < 0:
            break
        chosen.append(term)
    return chosen
