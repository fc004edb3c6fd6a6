"""What the worst texts cost: a question of 4,000 characters, a reply of 32 KB, and a page of 2,000,000.

These rows have no bare part: 1 is the room that each has, in milliseconds of CPU and seconds of the clock. The texts
are pieces repeated that once kept a check busy, and the vocabulary of the rules in a seeded order.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from backend.domain.errors import Refusal
from backend.domain.knowledge import Found, Hit, Passage
from backend.domain.reply import Reply, Usage
from backend.domain.site import Safety, Site, SiteSettings
from backend.domain.turn import Asked, Ended, Question, Text
from backend.knowledge.intake.formats.files import SourceFile
from backend.knowledge.intake.separate_process import SeparateReading
from backend.turn.answering import Draft
from backend.turn.egress import DocumentWriter, screen_for
from backend.turn.egress.verdict import judge
from backend.turn.ingress import Checks, admit
from backend.turn.ingress.injection import InjectionModel, hidden_orders
from backend.turn.ingress.injection.rules import TABLE
from backend.turn.ingress.personal_data import PersonalData
from backend.turn.prompt import RULES
from tests.tools.bench.judging import CANARY, PAGES, SAFETY
from tests.tools.bench.table import Row

QUESTION_LENGTH, REPLY_LENGTH, PAGE_LENGTH = 4_000, 32_000, 2_000_000
INGRESS_MS, EGRESS_MS, PAGE_S = 20.0, 150.0, 30.0
TRIES = 5
VOCABULARY_TEXTS = 6
IN_QUESTIONS = (
    "=", "\u2a76", "-", "a ", "1 ", "1-", "4111 ", "4 5 3 9 ", "a1! ", "a@", "a.b@a.", "ab:", "<a ", "&#61;", "% 20",
    "aGVsbG8gd29ybGQg", "68656c6c", "show the your ", "you are ", "imagine you are a ", "human: ", "ignore all the ",
    "tfn 1 2 ", "card 4 5 3 9 ", "1.2.3.4 ", "0412 345 678, ", "password is 1a", "-----BEGIN PRIVATE KEY-----",
    "sam at a dot ", "**a**@**b**.", "(212) 555-0143 ",
    "\u200b4", "\u0661", "Forget all of it! ", "uggc ", "erongi ",
)  # fmt: skip
IN_REPLIES = (
    "1 2 3 4 5 7 11 ", "| {0} | {1} |\n", "ninety days ", "[", "`x", "Aa ", "AaA ", "http://a ", "**", "a_", "x{0} ",
    "9", "1,", "A b. ", "a{0}@c.de ", "yes ", "“", "\n1. ", "\n", " ", "4111 ", "sk-ant-", "d", "&#5", "*4*", "4\u200b",
    "4111<a>", "4111](#)[", "\u3164", "-----BEGIN RSA ",
)  # fmt: skip
IN_PAGES = ("=", "\u2a76", "<!--", "ignore all the ")


@dataclass(frozen=True)
class WorstCost:
    """Milliseconds of CPU for a question and a reply, seconds for a page: each of the worst that is tried."""

    ingress_ms: float
    egress_ms: float
    page_s: float


def measure_worst() -> WorstCost:
    return WorstCost(
        max(cpu_ms(question_check(), text) for text in questions()),
        max(cpu_ms(reply_check(), text) for text in replies()),
        max(page_seconds(piece) for piece in IN_PAGES),
    )


def questions() -> Iterator[str]:
    for piece in IN_QUESTIONS:
        yield repeated(piece, QUESTION_LENGTH)
    words = sorted(set(re.findall(r"[a-z]{3,}", TABLE.read_text("utf-8"))))
    for seed in range(VOCABULARY_TEXTS):
        chance = random.Random(seed)
        yield " ".join(chance.choice(words) for _ in range(QUESTION_LENGTH))[:QUESTION_LENGTH]


def replies() -> Iterator[str]:
    for piece in IN_REPLIES:
        yield repeated(piece, REPLY_LENGTH)


def repeated(piece: str, length: int) -> str:
    if "{" not in piece:
        return (piece * (length // len(piece) + 1))[:length]
    return "".join(piece.format(number, number * 7919 % 10_007) for number in range(length // 4))[:length]


def question_check() -> Callable[[str], object]:
    """Return all that ingress does with a question; one that is refused has cost what it cost."""
    checks = Checks(PersonalData(), InjectionModel())
    site = Site(1, "pk_bench", 1, SiteSettings(name="Bench", origins=(), safety=Safety(injection_refuse=1.0)))

    def check(message: str) -> object:
        try:
            return admit(Asked("t", site, "v", "c", message, ""), (), checks)
        except Refusal as refusal:
            return refusal

    return check


def reply_check() -> Callable[[str], object]:
    """Return the screen and the verdict that a reply meets, in pieces as a model writes it."""
    found = Found(tuple(Hit(Passage(at, str(at), "", "", "", text), 1.0) for at, text in enumerate(PAGES)), 0.9)
    settings = SiteSettings(name="Bench", origins=(), safety=SAFETY)
    question, ended = Question("How long may I return a tent?"), Ended("end_turn", Usage())

    def check(message: str) -> object:
        draft = Draft(screen_for(SAFETY, CANARY, RULES), DocumentWriter())
        for at in range(0, len(message), 200):
            draft.hear(Text(message[at : at + 200]))
        return judge(Reply(message, 0.9), question, found, ended, settings, is_valid=True)

    return check


def cpu_ms(check: Callable[[str], object], text: str) -> float:
    """Return the milliseconds of CPU that a text takes; of several tries the least, which others disturb least."""
    best = float("inf")
    for _ in range(TRIES):
        began = time.thread_time()
        check(text)
        best = min(best, (time.thread_time() - began) * 1000)
    return best


def page_seconds(piece: str) -> float:
    """Return how long a page takes until it is read or refused by name."""
    page = SourceFile("hostile.md", ".md", repeated(piece, PAGE_LENGTH).encode())
    with SeparateReading(screen=hidden_orders) as reader:
        began = time.monotonic()
        reading = reader.read(page)
        took = time.monotonic() - began
    return took if reading.document is not None or reading.refused else float("inf")


def rows_of_worst(worst: WorstCost) -> Sequence[Row]:
    def row(key: str, title: str, figure: float, room: float, unit: str) -> Row:
        return Row(key, title, {"ours": figure}, 1, figure / room, f"{room:g} {unit}")

    return [
        row(
            "worst_ingress",
            f"worst question of {QUESTION_LENGTH:,} characters, CPU ms",
            worst.ingress_ms,
            INGRESS_MS,
            "ms",
        ),
        row("worst_egress", f"worst reply of {REPLY_LENGTH // 1000} KB, CPU ms", worst.egress_ms, EGRESS_MS, "ms"),
        row("worst_page", f"worst page of {PAGE_LENGTH:,} characters, s", worst.page_s, PAGE_S, "s"),
    ]
