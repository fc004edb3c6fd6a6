"""What it costs to let a reply out: the screen for each delta, how long it holds text back, the verdict on the whole.

The bare parts: reading and writing a delta without a screen, for its cost; the pause between two deltas, for what is
held back; and for the verdict one look for the words of the reply in its pages, the plainest grounding that there is.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice

from backend.domain.knowledge import Found, Hit, Passage
from backend.domain.reply import Reply, Usage
from backend.domain.site import Safety, SiteSettings
from backend.domain.turn import Ended, Question, Text
from backend.turn.answering.draft import Draft
from backend.turn.answering.parsing.document import ReplyParser
from backend.turn.egress import DocumentWriter
from backend.turn.egress.guard import screen_for
from backend.turn.egress.verdict import judge
from backend.turn.prompt.persona import RULES
from tests.tools.bench.measure import CHUNK, USUAL_PER_SECOND, quantile
from tests.tools.bench.table import Row, divide
from tests.tools.bench.writing_model import sentences

SAFETY = Safety(phrases=("Acme Outdoor", "guaranteed for life"), link_hosts=("larkmoor.example",))
CANARY = "dk-0123456789abcdef0123"
PAGES = (
    "You can return any item within 60 days of delivery. Used tents must be clean and dry before you send them back.",
    "A repair takes about two weeks and costs $15.50 for damage that the guarantee does not cover. Zips are free.",
    "Parcels within the country arrive in 3-5 days. Larger things such as stoves come by lorry, after a call.",
    "The workshop is open from 9 to 17 on weekdays. Bring the receipt or the number of the order with you.",
    "Stoves are tested before they leave. The valve needs a new seal every two years: https://larkmoor.example/seals.",
)
MESSAGE = " ".join(
    (
        "You can return any item within 60 days of delivery; used tents must be clean and dry. A repair takes two",
        "weeks and costs $15.50. See https://larkmoor.example/seals for the seal, and bring the number of the order.",
        "Parcels arrive in 3-5 days, and larger things such as stoves come by lorry, after a call from the driver.",
    )
)
ROUNDS, REPEATS, VERDICTS = 40, 5, 100
USUAL_LENGTH, USUAL_MS = 1_200, 3.0
WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class JudgingCost:
    """Microseconds of CPU for a delta, milliseconds for which the slowest character is held back, and for a verdict."""

    delta_us: float
    held_p99_ms: float
    verdict_ms: float


def measure_judging() -> dict[str, JudgingCost]:
    """Measure us, and the bare parts."""
    pause_ms = 1000 / USUAL_PER_SECOND
    found = Found(tuple(Hit(Passage(at, str(at), "", "", "", text), 1.0) for at, text in enumerate(PAGES)), 0.9)
    settings = SiteSettings(name="Bench", origins=(), safety=SAFETY)
    reply, question, ended = Reply(MESSAGE, 0.9), Question("How long may I return a tent?"), Ended("end_turn", Usage())
    return {
        "ours": JudgingCost(
            cheapest(screened, len(deltas())) * 1e6,
            quantile(deltas_held(), 0.99) * pause_ms,
            cheapest(lambda: judge(reply, question, found, ended, settings, is_valid=True), 1, VERDICTS) * 1e3,
        ),
        "bare": JudgingCost(
            cheapest(unscreened, len(deltas())) * 1e6, pause_ms, cheapest(shared_words, 1, VERDICTS) * 1e3
        ),
    }


def measure_usual_verdict() -> float:
    """Return the milliseconds of CPU of a verdict on a reply of USUAL_LENGTH characters, made of its pages' sentences,
    the pages being known."""
    text = " ".join(islice(cycle(sentences()), USUAL_LENGTH // 30))
    pages = [text[at : at + 900] for at in range(0, 6 * 900, 900)]
    found = Found(tuple(Hit(Passage(at, str(at), "", "", "", page), 1.0) for at, page in enumerate(pages)), 0.9)
    settings = SiteSettings(name="Bench", origins=(), safety=SAFETY)
    reply, question = Reply(text[:USUAL_LENGTH], 0.9), Question("How do I connect my own domain?")
    ended = Ended("end_turn", Usage())
    return cheapest(lambda: judge(reply, question, found, ended, settings, is_valid=True), 1, VERDICTS) * 1e3


def rows_of_usual_verdict(verdict_ms: float) -> Sequence[Row]:
    title = f"verdict on {USUAL_LENGTH:,} characters, CPU ms"
    return [Row("usual_verdict", title, {"ours": verdict_ms}, 2, verdict_ms / USUAL_MS, f"{USUAL_MS:g} ms")]


def deltas() -> list[str]:
    document = json.dumps(Reply(MESSAGE, 0.9).document())
    return [document[at : at + CHUNK] for at in range(0, len(document), CHUNK)]


def screened() -> None:
    draft = Draft(screen_for(SAFETY, CANARY, RULES), DocumentWriter())
    for delta in deltas():
        draft.hear(Text(delta))


def unscreened() -> None:
    parser, writer = ReplyParser(), DocumentWriter()
    for delta in deltas():
        writer.write(parser.feed(delta))


def shared_words() -> float:
    words = set(WORD.findall(MESSAGE.lower()))
    return len(words & {word for page in PAGES for word in WORD.findall(page.lower())}) / len(words)


def deltas_held() -> list[float]:
    """Return for each character of the message after how many more deltas it went out."""
    screen = screen_for(SAFETY, CANARY, RULES)
    held: list[float] = []
    came: list[int] = []
    pieces = [MESSAGE[at : at + CHUNK] for at in range(0, len(MESSAGE), CHUNK)]
    for now, piece in enumerate(pieces):
        came += [now] * len(piece)
        out = screen.let_through(piece)
        held += [float(now - came[len(held) + place]) for place in range(len(out))]
    out = screen.end()
    return held + [float(len(pieces) - came[len(held) + place]) for place in range(len(out))]


def cheapest(work: Callable[[], object], parts: int, rounds: int = ROUNDS) -> float:
    """Return the seconds of CPU for one part of the work; of repeated runs the cheapest, which others disturb least."""
    work()
    best = float("inf")
    for _ in range(REPEATS):
        began = time.process_time()
        for _ in range(rounds):
            work()
        best = min(best, (time.process_time() - began) / rounds / parts)
    return best


def rows_of_judging(measured: Mapping[str, JudgingCost]) -> Sequence[Row]:
    def row(key: str, title: str, figure: Callable[[JudgingCost], float], digits: int) -> Row:
        cells = {part: figure(cost) for part, cost in measured.items()}
        return Row(key, title, cells, digits, divide(cells, "ours", "bare"), "bare")

    return [
        row("screen_cpu", "read, screened, written: CPU per delta, µs", lambda cost: cost.delta_us, 1),
        row(
            "screen_delay", f"held back at {USUAL_PER_SECOND} deltas a second, p99 ms", lambda cost: cost.held_p99_ms, 0
        ),
        row("verdict", "verdict on a whole reply, CPU ms", lambda cost: cost.verdict_ms, 2),
    ]
