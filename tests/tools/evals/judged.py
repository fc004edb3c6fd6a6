"""How many answers without a model a customer would accept: 162 questions to five sites, judged by key sentences.

    python tests/tools/evals/judged.py [SITE=FOLDER ...] [--half 0 or 1] [--show VERDICT] [--embeddings]

The questions stand in judged/questions.jsonl, with what an answer needs (of each group one sentence, word for word) and
what it must not say; one without needs has no answer on its site. Three sites are the examples of this project; the
other two are folders that are named here, `flask=…` and `borg=…`: the HTML of Debian's packages python-flask-doc and
borgbackup-doc (judged/LICENCES.md). A site without a folder is left out and named.

A verdict is one of: `right`; `partly` (some of what is needed, or something besides that must not be said); `sure`
(wrong, without a word of doubt); `doubting` (wrong, and says that it may be); `silent` (says that there is no answer,
which is right where there is none). `--half` takes every other question: what was changed by reading one half is
reported by the other. Each row keeps what was judged by reading its answer (`judged`); rows that are judged otherwise
now are counted, and shown by `--show otherwise`: either their answer has changed, or the key sentences misjudge it.
A follow-up names the question `before` it.

Of the answers that quote it prints how far their confidence is from how many are right (expected calibration error over
ten bands, beside the error that mere chance makes of so few answers), and how many right ones say that they doubt.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Literal

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from backend.domain.ports import Embedder
from backend.domain.reply import Reply
from backend.domain.site import Site, SiteSettings
from backend.domain.turn import Inquiry, PastTurn, Question, Route
from backend.knowledge.index.meanings import fill_meanings
from backend.knowledge.index.stock import restock
from backend.knowledge.intake import read_knowledge
from backend.knowledge.search.knowledge_library import KnowledgeLibrary
from backend.providers.embedded import Composed, EmbeddedAnswerer
from backend.store import Store, migrate
from backend.turn.retrieval import find_passages
from backend.turn.routing import EMBEDDED
from tests.tools.evals.retrieval import _open_embedder

Verdict = Literal["right", "partly", "sure", "doubting", "silent"]
VERDICTS: Sequence[Verdict] = ("right", "partly", "sure", "doubting", "silent")
QUESTIONS = Path(__file__).with_name("judged") / "questions.jsonl"
ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = {name: ROOT / "examples" / name / "kb" for name in ("help-centre", "handbook", "health-faq")}
DOUBTED_BELOW = 0.5  # as in the widget: from here down a line of doubt stands under an answer
SEED, DRAWS = 7, 300
MARKS = re.compile(r"[*_`>#|]+")


@dataclass(frozen=True, slots=True)
class Row:
    site: str
    question: str
    before: str
    needs: Sequence[Sequence[str]]
    forbids: Sequence[str]
    judged: str

    @classmethod
    def of(cls, row: Mapping[str, object]) -> Row:
        return cls(**{"before": "", "forbids": (), "judged": "", **row})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Told:
    row: Row
    answer: Composed
    verdict: Verdict

    @property
    def is_judged_otherwise(self) -> bool:
        """Whether somebody who read the answer gave another verdict."""
        return self.row.judged not in ("", self.verdict)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("sites", nargs="*", metavar="SITE=FOLDER")
    options.add_argument("--half", type=int, choices=(0, 1))
    options.add_argument("--show", action="append", default=[], metavar="VERDICT")
    options.add_argument("--embeddings", action="store_true")
    given = options.parse_args()
    folders = {**EXAMPLES, **{name: Path(folder) for name, _, folder in (each.partition("=") for each in given.sites)}}
    rows = [Row.of(json.loads(line)) for line in QUESTIONS.read_text("utf-8").splitlines()]
    rows = [row for number, row in enumerate(rows) if given.half is None or number % 2 == given.half]
    embedder = _open_embedder() if given.embeddings else None
    told = [each for name, folder in folders.items() for each in ask(name, folder, rows, embedder)]
    report(told, sorted({row.site for row in rows} - set(folders)))
    for each in told:
        if {each.verdict, "all", "otherwise" if each.is_judged_otherwise else each.verdict} & set(given.show):
            show(each)


def ask(name: str, folder: Path, rows: Sequence[Row], embedder: Embedder | None) -> list[Told]:
    """Ask a site its questions, one by one and as a visitor would."""
    with tempfile.TemporaryDirectory() as data:
        url = f"sqlite:///{data}/judged.db"
        migrate(url)
        store = Store.open(url, b"0" * 32)
        site = store.sites.create(SiteSettings(name, ("https://example.com",)))
        restock(store.passages, site.id, read_knowledge(folder).documents, "en")
        fill_meanings(store.passages, site.id, embedder)
        library = KnowledgeLibrary(store.passages, embedder)
        told = [tell(library, site, row) for row in rows if row.site == name]
        store.close()
    return told


def tell(library: KnowledgeLibrary, site: Site, row: Row) -> Told:
    history = (PastTurn(row.before, Reply("…", 1.0)),) if row.before else ()
    question = Question(row.question, history)
    inquiry = Inquiry(site, question, find_passages(question, site, "en", library), Route(EMBEDDED, "judged"), "en")
    answer = EmbeddedAnswerer(library, pace_s=0).compose(inquiry)
    return Told(row, answer, judge(row, answer))


def judge(row: Row, answer: Composed) -> Verdict:
    """Return what an answer is by the key sentences of its row."""
    if answer.kind != "answer":
        return "silent" if row.needs else "right"
    said = plain(answer.message)
    held = [any(plain(sentence) in said for sentence in group) for group in row.needs]
    if held and all(held) and not any(plain(each) in said for each in row.forbids):
        return "right"
    if any(held):
        return "partly"
    return "doubting" if answer.confidence < DOUBTED_BELOW else "sure"


def plain(text: str) -> str:
    """Return a text as it is compared: without marks, case, and ways to write an apostrophe."""
    return " ".join(MARKS.sub("", text.replace("’", "'")).casefold().split())


def report(told: Sequence[Told], left_out: Sequence[str]) -> None:
    by_site: dict[str, list[Told]] = defaultdict(list)
    for each in told:
        by_site[each.row.site].append(each)
        by_site["all"].append(each)
    print(f"{'':14}{'asked':>6}" + "".join(f"{name:>10}" for name in VERDICTS) + f"{'silent*':>10}")
    for name in (*(name for name in by_site if name != "all"), "all"):
        theirs = by_site[name]
        answerable = [each for each in theirs if each.row.needs]
        shares = "".join(
            f"{share(theirs, lambda each, name=verdict: each.verdict == name):10.3f}" for verdict in VERDICTS
        )
        silent = share(answerable, lambda each: each.verdict == "silent")
        print(f"{name:14}{len(theirs):6}{shares}{silent:10.3f}")
    print("silent*: of the questions that have an answer")
    report_confidence([each for each in told if each.answer.kind == "answer"])
    changed = Counter((each.row.judged, each.verdict) for each in told if each.is_judged_otherwise)
    print(
        "judged otherwise by reading:", ", ".join(f"{was} → {now}: {n}" for (was, now), n in changed.items()) or "none"
    )
    if left_out:
        print("left out, since no folder is named:", ", ".join(left_out))


def report_confidence(said: Sequence[Told]) -> None:
    """Print how far what answers say of themselves is from how many are right, and how many of these doubt it."""
    rated = [(each.answer.confidence, bool(each.row.needs) and each.verdict == "right") for each in said]
    right = [confidence for confidence, is_right in rated if is_right]
    doubted = sum(confidence < DOUBTED_BELOW for confidence in right)
    print(f"{len(said)} quote; {len(right)} of them are right, {doubted} of these in doubt")
    print(
        f"confidence: mean {sum(one for one, _ in rated) / max(1, len(rated)):.3f},"
        f" right {len(right) / max(1, len(rated)):.3f}, calibration error over ten bands {calibration_error(rated):.3f}"
        f" ({chance_error([one for one, _ in rated]):.3f} by chance alone with so many)"
    )


def calibration_error(rated: Sequence[tuple[float, bool]]) -> float:
    """Return how far confidence is from the share that is right, over ten bands by their answers."""
    off: dict[int, float] = defaultdict(float)
    for confidence, is_right in rated:
        off[min(9, int(10 * confidence))] += confidence - is_right
    return sum(map(abs, off.values())) / max(1, len(rated))


def chance_error(confidences: Sequence[float]) -> float:
    """Return the calibration error that answers have on the average whose confidence is true to the letter."""
    dice = random.Random(SEED)
    draws = [[(one, dice.random() < one) for one in confidences] for _ in range(DRAWS)]
    return fmean(map(calibration_error, draws))


def share(told: Sequence[Told], is_so: Callable[[Told], bool]) -> float:
    return sum(map(is_so, told)) / len(told) if told else 0.0


def show(told: Told) -> None:
    pages = ", ".join(source.id for source in told.answer.sources)
    print(f"\n=== {told.verdict}: {told.row.site}: {told.row.question}  [{told.answer.confidence}] {pages}")
    print("needs:", told.row.needs, "judged by reading:", told.row.judged or "not yet")
    print(told.answer.message)


if __name__ == "__main__":
    main()
