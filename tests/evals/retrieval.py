"""How well questions find their documents: hit@1, hit@3, hit@5, MRR, and whether "not answerable" is known.

    python tests/evals/retrieval.py DOCS.jsonl QUESTIONS.jsonl [--apart] [--fit] [--typos SEED]
        [--compare POSTGRESQL_URL]

DOCS has lines {"doc_id","title","text","url"?,"collection"?}; QUESTIONS {"id","text","label": [doc_id, …],
"collection"?}, with no labels where nothing answers. All documents are one site; with `--apart` each collection is a
site of its own and is asked every question, those of other collections being unanswerable there. `--fit` prints the
confidence weights that these questions would choose, to be judged by hand before they go into `scoring.py`. `--typos`
spells the rarest known word of each question wrong: one letter changed, added, dropped or swapped, as the seed draws.
`--compare` asks everything of an empty PostgreSQL database as well, and tells how often the order is the same.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import statistics
import string
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from backend.domain.knowledge import Document
from backend.domain.site import Site, SiteSettings
from backend.knowledge import search
from backend.knowledge.readers import clean_markdown
from backend.knowledge.scoring import CONFIDENCE_WEIGHTS, Signals
from backend.knowledge.stock import restock
from backend.knowledge.terms import stem
from backend.store import Store, migrate

RANKS = (1, 3, 5)
DEPTH = 20
FIT_ROUNDS = 3_000
FIT_PACE = 0.5
FIT_RESTRAINT = 0.002


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with what was found: documents in order, the labelled ones, and the signals of the ranking."""

    documents: tuple[str, ...]
    labels: frozenset[str]
    confidence: float
    signals: Signals | None
    took_s: float

    @property
    def rank(self) -> int | None:
        return next((rank for rank, key in enumerate(self.documents, start=1) if key in self.labels), None)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("docs", type=Path)
    options.add_argument("questions", type=Path)
    options.add_argument("--apart", action="store_true")
    options.add_argument("--fit", action="store_true")
    options.add_argument("--typos", type=int, metavar="SEED")
    options.add_argument("--compare", metavar="POSTGRESQL_URL")
    given = options.parse_args()
    docs, questions = _rows(given.docs), _rows(given.questions)
    with tempfile.TemporaryDirectory() as folder:
        asked = _ask_on(f"sqlite:///{folder}/eval.db", docs, questions, given)
    _report(asked)
    if given.compare:
        there = _ask_on(given.compare, docs, questions, given)
        same = sum(one.documents == other.documents for one, other in zip(asked, there, strict=True))
        print(f"same order of {DEPTH} on both databases: {same} of {len(asked)}")
    if given.fit:
        _print_weights(fit(asked))


def _ask_on(url: str, docs: Sequence[dict], questions: Sequence[dict], given: argparse.Namespace) -> list[Asked]:
    migrate(url)
    store = Store.open(url, b"0" * 32)
    dice = None if given.typos is None else random.Random(given.typos)
    asked = _ask_all(store, docs, questions, apart=given.apart, dice=dice)
    store.close()
    return asked


def _ask_all(
    store: Store, docs: Sequence[dict], questions: Sequence[dict], *, apart: bool, dice: random.Random | None
) -> list[Asked]:
    by_site = defaultdict(list)
    for row in docs:
        by_site[row["collection"] if apart else "all"].append(row)
    asked = []
    for name, rows in by_site.items():
        site = store.sites.create(SiteSettings(name, ("https://example.com",)))
        restock(store.passages, site.id, [_document(row) for row in rows], "en")
        keys = {row["doc_id"] for row in rows}
        said = questions if dice is None else misspelled(questions, store.passages.vocabulary(site.id), dice)
        asked += [_ask(store, site, row, keys) for row in said]
    return asked


def misspelled(questions: Iterable[dict], vocabulary: Mapping[str, int], dice: random.Random) -> list[dict]:
    """Return the questions, each with one slip in its rarest word that the index knows."""
    return [{**row, "text": _with_a_slip(row["text"], vocabulary, dice)} for row in questions]


def _with_a_slip(question: str, vocabulary: Mapping[str, int], dice: random.Random) -> str:
    known = [word for word in re.findall(r"[^\W\d_]{3,}", question) if vocabulary.get(stem(word.lower(), "en"))]
    if not known:
        return question
    rarest = min(known, key=lambda word: (vocabulary[stem(word.lower(), "en")], word))
    return question.replace(rarest, slip(rarest, dice), 1)


def slip(word: str, dice: random.Random) -> str:
    """Return the word with one letter changed, added or dropped, or two neighbours swapped."""
    at, letter = dice.randrange(len(word)), dice.choice(string.ascii_lowercase)
    swapped = f"{word[:at]}{word[at + 1 : at + 2]}{word[at]}{word[at + 2 :]}"
    ways = [word[:at] + letter + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + word[at + 1 :], swapped]
    return dice.choice([way for way in ways if way != word])


def _ask(store: Store, site: Site, row: dict, keys: set[str]) -> Asked:
    library = _library(store)
    began = time.perf_counter()
    library.search(site, row["text"])
    took_s = time.perf_counter() - began
    found = library.search(site, row["text"], most=DEPTH)
    signals = library.signals(site, row["text"])
    return Asked(
        tuple(passage.document for passage in found.passages),
        frozenset(row["label"]) & keys,
        found.confidence,
        signals,
        took_s,
    )


class _WatchedLibrary(search.KnowledgeLibrary):
    """The library, which also tells what its confidence was made of."""

    def signals(self, site: Site, question: str) -> Signals | None:
        memory = self._remember(site)
        query = search.ask(memory, question[: search.LONGEST_QUESTION], "en")
        ranking = search.Ranking(memory, query, question[: search.LONGEST_QUESTION], "en")
        hits = ranking.order(self._book.best(site.id, query.wanted, search.CANDIDATES))
        return ranking.signals(hits) if hits else None


_libraries: dict[int, _WatchedLibrary] = {}


def _library(store: Store) -> _WatchedLibrary:
    return _libraries.setdefault(id(store), _WatchedLibrary(store.passages))


def _report(asked: Sequence[Asked]) -> None:
    answerable = [each for each in asked if each.labels]
    ranks = [each.rank for each in answerable]
    for limit in RANKS:
        print(f"hit@{limit}  {sum(rank is not None and rank <= limit for rank in ranks) / len(ranks):.3f}")
    print(f"MRR    {statistics.fmean(1 / rank if rank else 0.0 for rank in ranks):.3f}")
    yes = [each.confidence for each in answerable]
    no = [each.confidence for each in asked if not each.labels]
    print(f"AUC    {auc(yes, no):.3f}   answerable {len(yes)}, not {len(no)}")
    for kept in (0.95, 0.90):
        threshold = sorted(yes)[int((1 - kept) * len(yes))]
        caught = sum(confidence < threshold for confidence in no) / len(no)
        print(f"keep {kept:.0%} of answerable: threshold {threshold:.3f}, unanswerable caught {caught:.2f}")
    _report_calibration(asked)
    took = sorted(each.took_s * 1000 for each in asked)
    print(f"time   p50 {took[len(took) // 2]:.1f} ms, p99 {took[int(len(took) * 0.99)]:.1f} ms")


def _report_calibration(asked: Sequence[Asked]) -> None:
    print("confidence band   questions   answerable")
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        band = [each for each in asked if low <= each.confidence < low + 0.2 + (low == 0.8)]
        share = sum(bool(each.labels) for each in band) / len(band) if band else math.nan
        print(f"  {low:.1f} - {low + 0.2:.1f}       {len(band):6}        {share:.2f}")


def auc(yes: Sequence[float], no: Sequence[float]) -> float:
    """Return the chance that an answerable question is rated above an unanswerable one."""
    ordered = sorted([(value, 1) for value in yes] + [(value, 0) for value in no])
    rank_sum, at = 0.0, 0
    while at < len(ordered):
        end = at
        while end < len(ordered) and ordered[end][0] == ordered[at][0]:
            end += 1
        rank_sum += sum(label for _, label in ordered[at:end]) * (at + end + 1) / 2
        at = end
    return (rank_sum - len(yes) * (len(yes) + 1) / 2) / (len(yes) * len(no))


def fit(asked: Sequence[Asked]) -> dict[str, float]:
    """Return logistic weights for the signals, both classes counting the same; plain gradient descent."""
    names = [field.name for field in fields(Signals)]
    rows = [([getattr(each.signals, name) for name in names], bool(each.labels)) for each in asked if each.signals]
    share = sum(label for _, label in rows) / len(rows)
    weights, bias = [0.0] * len(names), 0.0
    for _ in range(FIT_ROUNDS):
        steps, bias_step = [0.0] * len(names), 0.0
        for values, label in rows:
            rate = 1 / (1 + math.exp(-bias - sum(w * v for w, v in zip(weights, values, strict=True))))
            error = (rate - label) * 0.5 / (share if label else 1 - share) / len(rows)
            bias_step += error
            for number, value in enumerate(values):
                steps[number] += error * value
        bias -= FIT_PACE * bias_step * 10
        weights = [
            weight - FIT_PACE * 10 * (step + FIT_RESTRAINT * weight / 10)
            for weight, step in zip(weights, steps, strict=True)
        ]
    return {"bias": bias, **dict(zip(names, weights, strict=True))}


def _print_weights(weights: dict[str, float]) -> None:
    print("\nfitted (now)")
    for name, weight in weights.items():
        print(f'    "{name}": {weight:.2f},   ({CONFIDENCE_WEIGHTS[name]:.2f})')


def _document(row: dict) -> Document:
    url = row.get("url", "")
    return Document(row["doc_id"], row["title"], url, clean_markdown(row["text"], url))


def _rows(path: Path) -> list[dict]:
    return [json.loads(line) for line in _lines(path)]


def _lines(path: Path) -> Iterable[str]:
    return path.read_text("utf-8").splitlines()


if __name__ == "__main__":
    main()
