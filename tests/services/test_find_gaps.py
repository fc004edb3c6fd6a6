"""Questions that went badly are put together by what they ask, and strangers are kept apart."""

from __future__ import annotations

import gc
import itertools
import time
import uuid
from datetime import UTC, datetime

from backend.app import House
from backend.domain.site import Site, SiteSettings
from backend.domain.trace import AskedTurn
from backend.domain.turn import FlagRaised
from backend.services.answer_question import answer_question
from backend.services.find_gaps import FEW_TURNS, OLD, find_gaps, group_alike, keep_gaps
from tests.contracts.people import HeldClock
from tests.contracts.test_turn_book import opening, outcome

NOW = datetime.now(UTC)


def grouped(*questions: tuple[str, str]) -> list[list[str]]:
    turns = [AskedTurn(str(n), question, page, NOW, is_disliked=False) for n, (question, page) in enumerate(questions)]
    return sorted(sorted(turn.question for turn in group.turns) for group in group_alike(turns, "en"))


def test_alike_questions_stand_together_and_others_alone() -> None:
    assert grouped(
        ("Do you ship to Norway?", ""),
        ("Can you ship packages to Norway?", ""),
        ("Is there a student discount?", ""),
    ) == [
        ["Can you ship packages to Norway?", "Do you ship to Norway?"],
        ["Is there a student discount?"],
    ]


def test_one_page_found_first_holds_looser_questions_together() -> None:
    questions = ("repair of jackets", "jacket zip broken, repair shop")
    assert len(grouped(*((each, "repairs.md") for each in questions))) == 1
    assert len(grouped((questions[0], "repairs.md"), (questions[1], "shipping.md"))) == 2


def test_a_question_without_words_is_alone_with_its_like() -> None:
    assert grouped(("???", ""), ("???", ""), ("!!!", "")) == [["!!!"], ["???", "???"]]


def test_twice_the_questions_are_about_twice_the_work() -> None:
    runs = itertools.count()

    def took(count: int) -> float:
        new = next(runs)  # words that no run before has made known
        turns = [
            AskedTurn(str(n), f"word{new}x{n % 97} thing{new}x{n % 89} matter{new}x{n}", "", NOW, is_disliked=False)
            for n in range(count)
        ]
        gc.disable()  # how much else this process holds is none of this test's business
        began = time.thread_time()
        group_alike(turns, "en")
        took_s = time.thread_time() - began
        gc.enable()
        return took_s

    assert min(took(1_000) for _ in range(3)) <= 3 * max(min(took(500) for _ in range(3)), 0.001)


def ask(house: House, site: Site, *questions: str) -> None:
    for question in questions:
        turn = str(uuid.uuid4())
        house.store.book.begin(opening(site, turn, question, conversation="c1"))
        house.store.book.end(turn, outcome(notices=(), flags=(FlagRaised("low_confidence"),)))


def asked_about(house: House, site: Site, word: str) -> int:
    gaps = find_gaps(site, house, house.time()).gaps
    return sum(gap.asked for gap in gaps if word in gap.question)


def test_few_questions_are_put_together_for_each_who_looks(timed: House) -> None:
    site = timed.sites.create(SiteSettings("Shop", ("https://shop.example",)))
    ask(timed, site, "Do you ship to Norway?")
    assert keep_gaps(site, timed)
    ask(timed, site, "Do you ship to Norway?")
    assert asked_about(timed, site, "Norway") == 2
    assert find_gaps(site, timed, timed.time()).at is None


def test_many_questions_are_shown_as_they_were_put_together(timed: House, clock: HeldClock) -> None:
    site = timed.sites.create(SiteSettings("Shop", ("https://shop.example",)))
    ask(timed, site, *["Do you ship to Norway?"] * FEW_TURNS, "Is there a student discount?")
    assert asked_about(timed, site, "Norway") == FEW_TURNS  # nobody has looked yet
    assert keep_gaps(site, timed)
    assert not keep_gaps(site, timed)
    then = clock()
    clock.wait(60)
    ask(timed, site, "Is there a student discount?")
    found = find_gaps(site, timed, clock())
    assert (found.at, [gap.asked for gap in found.gaps]) == (then, [FEW_TURNS, 1])
    assert keep_gaps(site, timed)
    assert asked_about(timed, site, "discount") == 2

    clock.wait(OLD.total_seconds())
    assert find_gaps(site, timed, clock()).at is not None  # nothing is new
    ask(timed, site, "Is there a student discount?")
    assert find_gaps(site, timed, clock()).at is None  # and nobody looks after it
    assert asked_about(timed, site, "discount") == 3


def test_an_answer_counts_at_once_whatever_was_kept(timed: House) -> None:
    site = timed.sites.create(SiteSettings("Shop", ("https://shop.example",)))
    ask(timed, site, *["Do you ship to Norway?"] * FEW_TURNS, "Is there a student discount?")
    keep_gaps(site, timed)
    draft = timed.drafts.draft(site).site
    answer_question(draft, "Do you ship to Norway?", "Yes.", timed.in_draft)
    gaps = find_gaps(site, timed, timed.time()).gaps
    assert [(gap.question, gap.is_written) for gap in gaps] == [
        ("Is there a student discount?", False),
        ("Do you ship to Norway?", True),
    ]
