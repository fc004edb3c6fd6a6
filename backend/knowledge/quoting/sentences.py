"""The sentences that answer a question, word for word.

Rules: what is quoted is sentences that stand together in a passage, with those behind them that there is room for, and
where these say little of what was asked, up to three more such runs of the same document, in reading order; a list, a
table or a block of code is taken whole with the sentence that leads in to it, or not at all; headings, what only
repeats the title, pointers ("Learn more about …") and orders to a model are left out. What makes a good answer is the
table `WORTH`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from operator import mul

from backend.domain.knowledge import Hit, Passage, Quote
from backend.knowledge.quoting.asked import MOST_WORDS, MOST_WORDS_TOGETHER, QuestionTerms
from backend.knowledge.quoting.lists import cut_lists, goes_on
from backend.knowledge.quoting.orders import holds_one, orders_a_model
from backend.knowledge.quoting.units import (
    Unit,
    order_of,
    part_named,
    split_units,
    tells_clock,
    tells_person,
    tells_place,
    terms_of,
    write,
)

MOST_WORDS_OF_ONE_UNIT = 220
MOST_WORDS_OF_A_LIST = 400  # that was cut where a passage ends
STEPS_BELONG_FROM = 0.5  # of the question's weight that leads in to them
MOST_RUNS = 4
FURTHER_RUN_FROM = 0.4  # of the best one's worth
SAYS_ENOUGH = 0.95  # of the question's weight: then one run is the answer
LEAST_WORDS_OF_A_FURTHER_RUN = 5
MOST_WORDS_READ_ON = 60  # of one sentence behind a run; a longer one is a list or a table of its own
REPEATS_TITLE_FROM = 0.8  # of its terms
LEAST_TERMS_OF_A_REPEATED_TITLE = 3
MOST_PASSAGES = 16  # of a document, about the one that was found
ENOUGH_WORDS = 50
LONG_FROM_WORDS = 90
LEAST_OPENING_WORDS = 20
NAMED_FROM_SHARE = 0.9
ASKED_FROM_SHARE = 0.85
MOST_DOCUMENTS = 3
LED_BY_TITLE = 0.5  # what steps are worth that nothing but the title leads in to, which tells the document already
STEPS_FOR_WHETHER = 0.4  # what steps are worth to one who asks whether, beside one who asks how
LACKS_WHAT_WAS_ASKED_FOR = 0.6
TERMS_THAT_ALL_COUNT = 2  # of a question; the more it has, the less of it an answer has to repeat
LONGER_COUNTS_LESS = 1.5  # how soon
COUNTS_FOR_A_BARE_QUESTION = 4.0  # of "how much is it?" the figure is all that it asks for
MOST_WORDS_OF_A_TURN = 45
DOCUMENT_COUNTS = 5.0  # how much the score of its document counts, besides the worth of what is quoted
NEAR_IN_SCORE = 0.7  # a document is asked for a quotation when its score is at least this share of the best one's

WORTH = {
    "says": 0.6,  # the share of the question's weight that it holds
    "says_in_one_unit": 0.3,  # the same for its best sentence or list
    "is_in_heading": 0.25,  # the same for the heading that it stands under
    "is_in_question_above": 0.32,  # the same once more for a heading that is a question, unless steps are wanted
    "is_under_what_was_asked": 0.8,  # its heading says nearly all of the question
    "is_named_in_heading": 0.25,  # its heading has the question's words one behind the other: "parental leave"
    "is_long_enough": 0.25,
    "begins_passage": 0.12,
    "is_best_passage": 0.1,
    "is_steps_for_how": 0.8,  # the share of the question's weight that leads in to the steps
    "is_fact_for_how_many": 0.3,  # a number, people or a place, where these are asked for
    "says_fact_in_one_unit": 0.3,  # the share of the question's weight in its best sentence with such a fact
    "says_whether": 0.35,  # the same for its best sentence that says yes, no or how far
    "is_opening_for_what_is": 0.7,
    "is_opening_of_what_was_named": 0.35,  # the question says little more than the document's title
    "word_too_many": -0.0015,
    "leans_on_what_is_left_out": -0.3,
    "list_without_lead_in": -0.45,  # unless it is steps under a heading or a title that says what was asked
    "begins_with_a_note": -0.15,
    "ends_in_a_colon": -0.5,
    "is_in_answer": 0.45,  # its share that stands in the part of a case that answers ("Resolution: …")
}
WORTHS = tuple(WORTH.values())  # in the order in which `Judge.runs` tells the shares


@dataclass(frozen=True, slots=True)
class Quotable:
    """A document that may be quoted: its passages in reading order, the one that was found, its score over the best."""

    passages: Sequence[Passage]
    found: Passage
    score_share: float
    orders: frozenset[str] = frozenset()  # sentences in it that order a model about


@dataclass(frozen=True, slots=True)
class Window:
    """Units that stand together in a passage from `start`, and what they are worth as an answer."""

    units: tuple[Unit, ...]
    passage: Passage
    start: int
    answers: bool  # it stands, with some of it at least, in the part of a case that answers
    worth: float = field(compare=False)
    leads: float = field(compare=False)  # the share of the question's weight that leads in to its steps, where wanted
    page: Sequence[Unit] = field(compare=False)  # all that may be quoted of the passage

    @property
    def terms(self) -> frozenset[str]:
        return frozenset(term for unit in self.units for term in unit.terms)

    @property
    def words(self) -> int:
        return sum([unit.words for unit in self.units])

    @property
    def has_numbered_steps(self) -> bool:
        return any(unit.is_numbered for unit in self.units)

    @property
    def end(self) -> int:
        return self.start + len(self.units)

    @property
    def next(self) -> Unit | None:
        """The unit behind it."""
        return self.page[self.end] if self.end < len(self.page) else None

    def overlaps(self, other: Window) -> bool:
        return self.passage.id == other.passage.id and self.start < other.end and other.start < self.end

    def with_next(self) -> Window:
        """Return it with the unit behind it."""
        return replace(self, units=(*self.units, self.page[self.end]))


def choose_shelves(
    hits: Sequence[Hit], passages_of: Callable[[str], Sequence[Passage]], orders_in: Callable[[str], frozenset[str]]
) -> list[Quotable]:
    """Return the documents near enough to the best to be quoted, each with its passages about the one found."""
    quotables = []
    for hit in hits[:MOST_DOCUMENTS]:
        if hit.score >= NEAR_IN_SCORE * hits[0].score:
            passages = _passages_about(hit.passage, passages_of(hit.passage.document))
            share = hit.score / hits[0].score if hits[0].score > 0 else 1.0
            quotables.append(Quotable(passages, hit.passage, share, orders_in(hit.passage.document)))
    return quotables


def choose_passage(asked: QuestionTerms, found: Passage, candidates: Sequence[Passage]) -> Passage:
    """Return the passage of the found one's document that holds the best answer: where there are steps, the steps."""
    same = {passage.id: passage for passage in (found, *candidates) if passage.document == found.document}
    if len(same) == 1:
        return found
    best, most = found, -math.inf
    for page in _quotable_parts(asked, Quotable([same[number] for number in sorted(same)], found, score_share=1.0)):
        for _, _, worth, _ in page.runs():
            if worth > most:
                best, most = page.passage, worth
    return best


def quote(asked: QuestionTerms, quotables: Sequence[Quotable], size: float = 1.0) -> Quote:
    """Return what answers best; an empty quote when nothing does. `size` is that of the site, 0 to 1."""
    read = [(quotable, list(_quotable_parts(asked, quotable))) for quotable in quotables]
    windows = [(quotable, pages, _windows(pages)) for quotable, pages in read]
    windows = [each for each in windows if each[-1]]
    if not windows:
        return Quote("", (), 0.0)
    quotable, pages, theirs = max(windows, key=lambda each: _worth_of(each[0], each[-1]))
    runs = _with_whole_lists(_choose_runs(asked, theirs), pages)
    best = max(runs, key=lambda window: window.worth)
    above = terms_of(best.passage.title, asked.language) | terms_of(best.passage.heading, asked.language)
    tells_steps = asked.wants_steps_alone and any(unit.has_steps for run in runs for unit in run.units)
    is_mention = bool(asked.only_word) and asked.only_word not in above and not tells_steps
    lacks_steps = asked.wants_steps_alone and not any(unit.may_be_steps for run in runs for unit in run.units)
    return Quote(
        write_runs(runs),
        (best.passage.document,),
        _coverage(asked, above, runs),
        _nearby(best, quotable),
        lacks_steps=lacks_steps,
        mention=size if is_mention else 0.0,
    )


def _coverage(asked: QuestionTerms, above: frozenset[str], runs: Sequence[Window]) -> float:
    """Return how surely the question is answered: halfway between what all sentences hold of it and what the best one
    does, less where none tells what was asked for, a number, or yes or no. Of a long question much need not be said."""
    units = [unit for run in runs for unit in run.units]
    together = asked.covered(above.union(*[unit.terms for unit in units]))
    in_one = max([asked.covered(above | unit.terms) for unit in units])
    lacks = asked.wants_a_fact and not any(_tells_fact(asked, unit) for unit in units)
    lacks = lacks or (asked.wants_verdict and not any(unit.verdict or unit.has_steps for unit in units))
    covered = (together + in_one) / 2 * (LACKS_WHAT_WAS_ASKED_FOR if lacks else 1.0)
    counts = min(1.0, TERMS_THAT_ALL_COUNT / max(1, len(asked.weights)))
    return 1 - (1 - covered) * math.pow(counts, LONGER_COUNTS_LESS)


def _tells_fact(asked: QuestionTerms, unit: Unit) -> bool:
    """Tell whether a unit tells what was asked for: a number, and of what is to be counted ("two weeks" counts no
    people), a time of day; people or a place, beside a word of the question."""
    if asked.wants_number:
        counts = not asked.counted or bool(asked.counted & unit.terms)
        return counts and unit.has_number and (not asked.wants_clock or tells_clock(unit.text))
    if not any(term in unit.terms for term in asked.weights):
        return False
    return (asked.wants_person and tells_person(unit.text)) or (asked.wants_place and tells_place(unit.text))


def _worth_of(quotable: Quotable, windows: Sequence[Window]) -> float:
    """Return what a document is worth quoting from."""
    return DOCUMENT_COUNTS * quotable.score_share + max([window.worth for window in windows])


def _choose_runs(asked: QuestionTerms, windows: Sequence[Window]) -> list[Window]:
    """Return the best window, and others while what was chosen says too little of the question, in reading order.

    Of a case that has a part that answers, some of that part is chosen in any case; so are steps where one asks how.
    """
    by_worth = sorted(windows, key=lambda window: -window.worth)
    chosen = by_worth[:1]
    if not chosen[0].answers:
        chosen += [window for window in by_worth if window.answers and _fits(window, chosen, asked.room)][:1]
    if not any(run.leads for run in chosen):
        steps = (window for window in by_worth if window.leads >= STEPS_BELONG_FROM and window.has_numbered_steps)
        chosen += [window for window in steps if _fits(window, chosen, MOST_WORDS_TOGETHER)][:1]
    if named := asked.heaviest_missing(_said_by(chosen)):
        holders = (window for window in by_worth if named in window.terms)
        chosen += [window for window in holders if _fits(window, chosen, asked.room)][:1]
    says_all = asked.share(_said_by(chosen)) >= SAYS_ENOUGH
    chosen = _read_on(chosen, asked.room, in_paragraph=says_all)
    for window in by_worth:
        says = asked.share(_said_by(chosen))
        if len(chosen) >= MOST_RUNS or says >= SAYS_ENOUGH or window.worth < FURTHER_RUN_FROM * by_worth[0].worth:
            break
        if window.units[0].is_row and asked.share(_said_by([*chosen, window])) <= says:
            continue  # another line of the file, with the same words
        if window.words >= LEAST_WORDS_OF_A_FURTHER_RUN and _fits(window, chosen, asked.room):
            chosen.append(window)
    return sorted(map(_with_turn, chosen), key=lambda window: (window.passage.id, window.start))


def _with_whole_lists(runs: Sequence[Window], pages: Sequence[Judge]) -> list[Window]:
    """Return the runs with the other parts of each list that they hold a part of; a very long one stays cut."""
    whole = list(runs)
    for parts in cut_lists([(page.passage, page.units) for page in pages]):
        windows = [
            Window((units[at],), passage, at, answers=False, worth=0.0, leads=0.0, page=units)
            for passage, units, at in parts
        ]
        missing = [part for part in windows if not any(part.overlaps(run) for run in whole)]
        if len(missing) < len(windows) and sum(part.words for part in windows) <= MOST_WORDS_OF_A_LIST:
            whole += missing
    return sorted(whole, key=lambda window: (window.passage.id, window.start))


def _read_on(chosen: Sequence[Window], room: int, *, in_paragraph: bool) -> list[Window]:
    """Return the runs with what stands behind each while there is room; on wish no further than the paragraph goes."""
    longer = list(chosen)
    for number, run in enumerate(longer):
        others = [*longer[:number], *longer[number + 1 :]]
        while _goes_on(run, in_paragraph) and _fits(run.with_next(), others, room):
            run = run.with_next()
        longer[number] = run
    return longer


def _goes_on(run: Window, in_paragraph: bool) -> bool:
    """Tell whether what stands behind a run goes on with it: no title, no line of a file, nothing long."""
    unit = run.next
    if unit is None or unit.is_row or unit.is_cut_off or unit.words > MOST_WORDS_READ_ON:
        return False
    return not in_paragraph or unit.paragraph == run.units[-1].paragraph


def _said_by(runs: Sequence[Window]) -> frozenset[str]:
    return frozenset().union(*[run.terms for run in runs])


def _with_turn(run: Window) -> Window:
    """Return a run with the sentence behind it where that takes something of it back: "… However, …"."""
    turns = run.next is not None and run.next.turns and run.next.words <= MOST_WORDS_OF_A_TURN
    return run.with_next() if turns else run


def _fits(window: Window, chosen: Sequence[Window], room: int) -> bool:
    """Tell whether a run may be added: none of it is there yet, and all is not too long."""
    has_room = sum([run.words for run in chosen]) + window.words <= room
    return has_room and not any(window.overlaps(run) for run in chosen)


def _passages_about(found: Passage, passages: Sequence[Passage]) -> Sequence[Passage]:
    """Return the found passage with those before and behind it, not too many."""
    at = next((number for number, passage in enumerate(passages) if passage.id == found.id), None)
    if at is None:
        return [found]  # the document was replaced meanwhile
    start = max(0, min(at - MOST_PASSAGES // 2, len(passages) - MOST_PASSAGES))
    return passages[start : start + MOST_PASSAGES]


def _nearby(best: Window, quotable: Quotable) -> tuple[str, ...]:
    headings = map(_own_heading, quotable.passages)
    own = _own_heading(best.passage)
    others = dict.fromkeys(heading for heading in headings if heading and heading != own)
    return tuple(each for each in others if not orders_a_model(each) and not holds_one(each, quotable.orders))


def _windows(pages: Sequence[Judge]) -> list[Window]:
    return [
        Window(
            tuple(page.units[start:end]),
            page.passage,
            start,
            "answers" in page.parts[start:end],
            worth,
            leads,
            page.units,
        )
        for page in pages
        for start, end, worth, leads in page.runs()
    ]


def _quotable_parts(asked: QuestionTerms, quotable: Quotable) -> Iterator[Judge]:
    """Yield each passage with what of it may be quoted, and who says what that is worth."""
    part, heading_before = "", ""
    for passage in quotable.passages:
        if passage.heading != heading_before:
            heading_before = passage.heading
            part = part_named(_own_heading(passage))
        units: list[Unit] = []
        parts: list[str] = []
        title = terms_of(passage.title, asked.language)
        for unit in split_units(passage.text, asked.language):
            part = unit.begins_part or part
            if part != "adds" and not _repeats(unit, title) and not holds_one(unit.text, quotable.orders):
                units.append(unit)
                parts.append(part)
        heading = terms_of(passage.heading, asked.language)
        is_named = asked.share(title) >= NAMED_FROM_SHARE
        yield Judge(asked, quotable, passage, units, parts, heading, asked.share(heading), is_named)


def _repeats(unit: Unit, title: frozenset[str]) -> bool:
    """Tell whether a sentence says no more than the title."""
    is_long_enough = len(unit.terms) >= LEAST_TERMS_OF_A_REPEATED_TITLE and not unit.has_steps
    is_long_enough = is_long_enough and not unit.verdict  # "X has not been found" is the answer to "Has X been found?"
    return is_long_enough and len(unit.terms & title) >= REPEATS_TITLE_FROM * len(unit.terms)


def _own_heading(passage: Passage) -> str:
    return passage.heading.rpartition(" > ")[2]


@dataclass(frozen=True, slots=True)
class Judge:
    """Says what units of one passage are worth as an answer to one question. `parts` has for each unit the part of a
    case that it stands in."""

    asked: QuestionTerms
    quotable: Quotable
    passage: Passage
    units: Sequence[Unit]
    parts: Sequence[str]
    heading: frozenset[str]
    heading_share: float
    is_named: bool

    def runs(self) -> Iterator[tuple[int, int, float, float]]:
        """Yield where each run begins and ends that is not too long, its worth, and how far the question leads in to
        its steps. The worth is the sum of the table `WORTH`, each row by the share to which it holds. What a run holds
        is what the shorter one held, and one unit more."""
        held = [self.asked.held_by(unit.terms) for unit in self.units]
        steps = [self._steps(unit) for unit in self.units]
        tell_fact = [self.asked.wants_a_fact and _tells_fact(self.asked, unit) for unit in self.units]
        facts = [self.asked.share_of(each) if tells else 0.0 for tells, each in zip(tell_fact, held, strict=True)]
        verdicts = [self._verdict(unit, each) for unit, each in zip(self.units, held, strict=True)]
        under_question = self.heading_share if self._is_under_question else 0.0
        is_found = self.passage.id == self.quotable.found.id
        is_under_what_was_asked = self._is_under_what_was_asked
        is_named_in_heading = self._is_named_in_heading
        share_of, alone = self.asked.share_of, [self.asked.share_of(each) for each in held]
        by_meaning = self.asked.wants_meaning
        by_name = self.is_named and not self.asked.wants_steps_alone
        fact_counts = COUNTS_FOR_A_BARE_QUESTION if self.asked.is_bare and self.asked.wants_number else 1.0
        for start, first in enumerate(self.units):
            holds, words, words_that_answer, in_one, leads, has_fact = 0, 0, 0, 0.0, 0.0, False
            fact, verdict = 0.0, 0.0
            begins_passage = start == 0
            is_opening = begins_passage and not self.passage.heading
            led = LED_BY_TITLE if first.is_bare_list else 1.0
            leans_on_more = first.leans and not begins_passage
            for end in range(start, len(self.units)):
                last = self.units[end]
                words += last.words
                if words > (MOST_WORDS if end > start else MOST_WORDS_OF_ONE_UNIT):
                    break
                holds |= held[end]
                words_that_answer += last.words if self.parts[end] == "answers" else 0
                in_one, leads = max(in_one, alone[end]), max(leads, steps[end])
                has_fact = has_fact or tell_fact[end]
                fact, verdict = max(fact, facts[end]), max(verdict, verdicts[end])
                opening = min(1.0, words / LEAST_OPENING_WORDS) if is_opening else 0.0
                shares = (
                    share_of(holds),
                    in_one,
                    self.heading_share,
                    under_question,
                    is_under_what_was_asked,
                    is_named_in_heading,
                    min(1.0, words / ENOUGH_WORDS),
                    begins_passage,
                    is_found,
                    leads if self.passage.heading else led * leads,
                    has_fact * fact_counts,
                    fact,
                    verdict,
                    opening if by_meaning else 0.0,
                    opening if by_name else 0.0,
                    max(0, words - LONG_FROM_WORDS),
                    leans_on_more,
                    first.is_bare_list and steps[start] < STEPS_BELONG_FROM,
                    first.is_note,
                    last.is_cut_off,
                    words_that_answer / words,
                )
                yield start, end + 1, sum(map(mul, WORTHS, shares)), leads
                if first.is_row:
                    break

    @property
    def _is_under_question(self) -> bool:
        return self.passage.heading.endswith("?") and not self.asked.wants_steps

    @property
    def _is_under_what_was_asked(self) -> bool:
        """Whether the heading asks it; to one who asks whether, "Getting approval" is no answer yet."""
        may_answer = self.passage.heading.endswith("?") or not self.asked.wants_verdict
        return may_answer and self.heading_share >= ASKED_FROM_SHARE

    @property
    def _is_named_in_heading(self) -> bool:
        """Whether its heading says two words and more of the question as they were said, and not with others between:
        "Parental bereavement leave" is another thing than parental leave."""
        asked = [term for term in self.asked.weights if term not in self.asked.light]
        named = order_of(_own_heading(self.passage), self.asked.language)
        return len(asked) > 1 and any(
            list(named[at : at + len(asked)]) == asked for at in range(len(named) - len(asked) + 1)
        )

    def _steps(self, unit: Unit) -> float:
        """Return the share of the question's weight that leads in to steps; 0 where no steps are wanted."""
        if not self.asked.wants_steps or not unit.has_steps:
            return 0.0
        leads = self.heading or (
            terms_of(self.passage.title, self.asked.language) if unit.is_bare_list else self.heading
        )
        share = self.asked.share(unit.lead_terms | leads)
        return share * STEPS_FOR_WHETHER if self.asked.wants_verdict else share

    def _verdict(self, unit: Unit, held: int) -> float:
        if not self.asked.wants_verdict or not unit.verdict:
            return 0.0
        return unit.verdict * max(self.asked.share_of(held), self.heading_share if self._is_under_question else 0.0)


def write_runs(runs: Sequence[Window]) -> str:
    """Return runs of units as Markdown; where one ends at the beginning of the next, they are written as one, and so
    are the parts of a list."""
    joined: list[list[Unit]] = []
    before: Window | None = None
    for run in runs:
        if before and run.passage.id == before.passage.id and run.start == before.start + len(before.units):
            joined[-1] += run.units
        else:
            joined.append(list(run.units))
        before = run
    text, last = "", None
    for units in filter(None, _each_once(joined)):
        apart = "" if last is None else "\n" if goes_on(last, units[0]) else "\n\n"
        text, last = f"{text}{apart}{write(units)}", units[-1]
    return text


def _each_once(runs: Sequence[Sequence[Unit]]) -> Iterator[list[Unit]]:
    """Yield runs without the sentences that stand in what was written before."""
    said = ""
    for run in runs:
        kept = []
        for unit in run:
            plain = " ".join(unit.text.split())
            if plain not in said:
                kept.append(unit)
                said += f"\n{plain}"
        yield kept
