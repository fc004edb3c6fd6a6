"""How well questions find their documents: hit@1, hit@3, hit@5, MRR, and whether "not answerable" is known.

    python tests/tools/evals/retrieval.py DOCS.jsonl QUESTIONS.jsonl [--embeddings] [--apart] [--fit] [--typos SEED]
        [--compare POSTGRESQL_URL] [--database FILE]

DOCS has lines {"doc_id","title","text","url"?,"collection"?}; QUESTIONS {"id","text","label": [doc_id, …],
"collection"?}, with no labels where nothing answers. All documents are one site; with `--apart` each collection is a
site of its own and is asked every question, those of other collections being unanswerable there. `--embeddings`
compares by meaning too (deploy/embeddings.txt; reading the passages for it takes minutes, and once where `--database`
names a file to keep them in). `--fit` learns all weights on four fifths of the questions and measures them on the last
fifth, five times, and prints what all questions would choose, to be judged by hand before it goes into `scoring.py`
(numpy). `--typos`
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
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from backend.domain.knowledge import ANSWERABLE_FROM, Document
from backend.domain.ports import Embedder
from backend.domain.site import Site, SiteSettings
from backend.knowledge.index.meanings import fill_meanings
from backend.knowledge.index.stock import restock
from backend.knowledge.index.terms import language_of, stem
from backend.knowledge.intake.documents import clean_markdown
from backend.knowledge.search import knowledge_library as search
from backend.knowledge.search.scoring import (
    CONFIDENCE_WEIGHTS,
    CONFIDENCE_WEIGHTS_BY_MEANING,
    SCORE_WEIGHTS,
    SCORE_WEIGHTS_BY_MEANING,
    RankingSignals,
)
from backend.store import Store, migrate

RANKS = (1, 3, 5)
DEPTH = 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that was fetched, with all that it is ordered by."""

    document: str
    match: float
    title_likeness: float
    first_words_found: float
    nearness: float = 0.0
    title_nearness: float = 0.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with what was found: documents in order, the labelled ones, and what weights are learned from."""

    text: str
    documents: tuple[str, ...]
    labels: frozenset[str]
    confidence: float
    signals: RankingSignals | None
    candidates: tuple[Candidate, ...]
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
    options.add_argument("--embeddings", action="store_true")
    options.add_argument("--database", type=Path, metavar="FILE")
    given = options.parse_args()
    given.embedder = _open_embedder() if given.embeddings else None
    docs, questions = _rows(given.docs), _rows(given.questions)
    with tempfile.TemporaryDirectory() as folder:
        file = given.database or Path(folder, "eval.db")
        asked = _ask_on(f"sqlite:///{file.resolve()}", docs, questions, given)
    _report(asked)
    if given.compare:
        there = _ask_on(given.compare, docs, questions, given)
        same = sum(one.documents == other.documents for one, other in zip(asked, there, strict=True))
        print(f"same order of {DEPTH} on both databases: {same} of {len(asked)}")
    if given.fit:
        cross_validate(asked, given.embedder)


def _open_embedder() -> Embedder:
    from backend.knowledge.index.embeddings import open_mini_lm

    return open_mini_lm()


def _ask_on(url: str, docs: Sequence[dict], questions: Sequence[dict], given: argparse.Namespace) -> list[Asked]:
    migrate(url)
    store = Store.open(url, b"0" * 32)
    dice = None if given.typos is None else random.Random(given.typos)
    library = WatchedLibrary(store.passages, given.embedder)
    asked = _ask_all(store, library, docs, questions, apart=given.apart, dice=dice)
    store.close()
    return asked


def _ask_all(
    store: Store,
    library: WatchedLibrary,
    docs: Sequence[dict],
    questions: Sequence[dict],
    *,
    apart: bool,
    dice: random.Random | None,
) -> list[Asked]:
    by_site = defaultdict(list)
    for row in docs:
        by_site[row["collection"] if apart else "all"].append(row)
    asked = []
    for name, rows in by_site.items():
        site = store.sites.find_by_name(name) or store.sites.create(SiteSettings(name, ("https://example.com",)))
        restock(store.passages, site.id, [_document(row) for row in rows], "en")
        fill_meanings(store.passages, site.id, library.embedder)
        keys = {row["doc_id"] for row in rows}
        said = questions if dice is None else misspelled(questions, store.passages.vocabulary(site.id), dice)
        asked += [_ask(library, site, row, keys) for row in said]
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


def _ask(library: WatchedLibrary, site: Site, row: dict, keys: set[str]) -> Asked:
    began = time.perf_counter()
    library.search(site, row["text"])
    took_s = time.perf_counter() - began
    found = library.search(site, row["text"], most=DEPTH)
    signals, candidates = library.watch(site, row["text"])
    return Asked(
        row["text"],
        tuple(passage.document for passage in found.passages),
        frozenset(row["label"]) & keys,
        found.confidence,
        signals,
        candidates,
        took_s,
    )


class WatchedLibrary(search.KnowledgeLibrary):
    """The library, which also tells what its order and its confidence are made of."""

    @property
    def embedder(self) -> Embedder | None:
        return self._embedders.of("en") if self._embedders else None

    def watch(self, site: Site, question: str) -> tuple[RankingSignals | None, tuple[Candidate, ...]]:
        memory = self._remember(site)
        language = language_of(site.settings.locale)
        question = question[: search.LONGEST_QUESTION]
        query = search.ask(memory, question, language)
        fetched = self._book.best(site.id, query.wanted, search.CANDIDATES)
        near = self._compare(site, question, fetched) or {}
        ranking = search.Ranking(
            memory, query, question, language, near or None, self.embedder.name if near and self.embedder else ""
        )
        hits = ranking.order(fetched)
        candidates = tuple(
            Candidate(
                passage.document,
                total / query.best_possible,
                ranking._likeness.of(passage.document),
                ranking._first_words_found(passage),
                near[passage.id].passage if near else 0.0,
                near[passage.id].title if near else 0.0,
            )
            for passage, total in fetched
        )
        return ranking.signals(hits) if hits else None, candidates


def _report(asked: Sequence[Asked]) -> None:
    answerable = [each for each in asked if each.labels]
    _report_ranks([each.rank for each in answerable])
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


def _report_ranks(ranks: Sequence[int | None]) -> None:
    for limit in RANKS:
        print(f"hit@{limit}  {sum(rank is not None and rank <= limit for rank in ranks) / len(ranks):.3f}")
    print(f"MRR    {statistics.fmean(1 / rank if rank else 0.0 for rank in ranks):.3f}")


def _report_calibration(asked: Sequence[Asked]) -> None:
    print("confidence band   questions   answerable")
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        band = [each for each in asked if low <= each.confidence < low + 0.2 + (low == 0.8)]
        share = sum(bool(each.labels) for each in band) / len(band) if band else math.nan
        print(f"  {low:.1f} - {low + 0.2:.1f}       {len(band):6}        {share:.2f}")
    print(f"expected calibration error {calibration_error(asked):.3f}")
    for kind, wanted in (("are", True), ("are not", False)):
        said = [each.confidence >= ANSWERABLE_FROM for each in asked if bool(each.labels) is wanted]
        print(f"said to be answerable, of those that {kind}: {sum(said) / len(said):.3f}")


def calibration_error(asked: Sequence[Asked]) -> float:
    """Return how far the confidence is from the share that is answerable, over ten bands by their questions."""
    bands = defaultdict(list)
    for each in asked:
        bands[min(9, int(10 * each.confidence))].append(each)
    off = (
        abs(sum(each.confidence for each in band) - sum(bool(each.labels) for each in band)) for band in bands.values()
    )
    return sum(off) / len(asked)


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


def cross_validate(asked: Sequence[Asked], embedder: Embedder | None) -> None:
    """Print how weights do on questions that they were not learned from, and those that all questions would choose."""
    import numpy as np

    from tests.tools.evals.learning import FOLDS, Example, folds_of, learn_confidence, learn_scores

    scores, confidence = tables_for(embedder)
    names = [name for name in confidence if name != "bias"]
    folds = folds_of([each.labels for each in asked], [each.text for each in asked])
    examples = [
        Example(
            np.array([[getattr(row, name) for name in scores] for row in each.candidates]).reshape(-1, len(scores)),
            tuple(row.document for row in each.candidates),
            each.labels,
            each.signals.known if each.signals else 0.0,
            fold,
        )
        for each, fold in zip(asked, folds, strict=True)
    ]
    answerable = np.array([bool(each.labels) for each in asked])
    in_fold = np.array(folds)

    def signals_under(weights: np.ndarray) -> np.ndarray:
        rows = [_signals(each, example.order(weights)) for each, example in zip(asked, examples, strict=True)]
        return np.array([[getattr(row, name) if row else 0.0 for name in names] for row in rows])

    def learn(questions: Sequence[int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        weights = learn_scores([examples[n] for n in questions if answerable[n]], np.array(list(scores.values())))
        signals = signals_under(weights)
        return weights, learn_confidence(signals[questions], answerable[questions]), signals

    ranks: list[int | None] = []
    rated = np.zeros(len(asked))
    for fold in range(FOLDS):
        weights, chances, signals = learn(np.flatnonzero(in_fold != fold))
        left = np.flatnonzero(in_fold == fold)
        ranks += [examples[n].rank(weights) for n in left if answerable[n]]
        rated[left] = chances[0] + signals[left] @ chances[1:]
    print(f"\nlearned on the others ({FOLDS} folds):")
    _report_ranks(ranks)
    print(f"AUC    {auc(rated[answerable], rated[~answerable]):.3f}")
    weights, chances, _ = learn(np.arange(len(asked)))
    print("all questions would choose (now)")
    for name, weight in zip(scores, weights, strict=True):
        print(f'    "{name}": {weight:.2f},   ({scores[name]:.2f})')
    for name, weight in zip(("bias", *names), chances, strict=True):
        print(f'    "{name}": {weight:.2f},   ({confidence[name]:.2f})')


def tables_for(embedder: Embedder | None) -> tuple[Mapping[str, float], Mapping[str, float]]:
    if embedder is None:
        return SCORE_WEIGHTS, CONFIDENCE_WEIGHTS
    return SCORE_WEIGHTS_BY_MEANING, CONFIDENCE_WEIGHTS_BY_MEANING


def _signals(asked: Asked, ordered: tuple[list[int], Sequence[float]]) -> RankingSignals | None:
    """Return the signals of an order that other weights have made."""
    rows, scores = ordered
    if not rows:
        return None
    first = asked.candidates[rows[0]]
    best, behind = scores[rows[0]], scores[rows[1]] if len(rows) > 1 else 0.0
    assert asked.signals is not None  # there are candidates
    return replace(  # what the question says is the same under other weights; of the first page it is nearly so
        asked.signals,
        match=max(row.match for row in asked.candidates if row.document == first.document),
        margin=(best - behind) / best if best else 0.0,
        nearness=first.nearness,
        title_nearness=first.title_nearness,
    )


def _document(row: dict) -> Document:
    url = row.get("url", "")
    return Document(row["doc_id"], row["title"], url, clean_markdown(row["text"], url))


def _rows(path: Path) -> list[dict]:
    return [json.loads(line) for line in _lines(path)]


def _lines(path: Path) -> Iterable[str]:
    return path.read_text("utf-8").splitlines()


if __name__ == "__main__":
    main()
