"""How well questions are understood in the languages of visitors: the right page first, and whether any answers at all.

    python tests/tools/evals/languages.py [--only de,fr] [--half 1|2] [--misses] [--fit] [--embeddings]

The sets are in `languages/`, a file a language, all of our own writing: the pages of a small business (`= title`, then
its text), under each page what customers ask of it (`? question`, `> a follow-up to the one before`), at the end what
no page answers (`! question`). Questions are written in a customer's words: some short, some without accents, some with
one slip or two.

A question is found when its page comes first. It is said to be answerable when its confidence is at least the one from
which the assistant answers; a follow-up is understood when it is both. `--half` takes every other question. `--misses`
prints what went wrong. `--fit` learns the confidence of a small site on one half of the questions, measures it on the
other, both ways, and prints what all questions would choose; that is judged by hand before it goes into `scoring.py`.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from backend.domain.knowledge import ANSWERABLE_FROM, Document
from backend.domain.site import Site, SiteSettings
from backend.knowledge.index.embedders import open_embedders
from backend.knowledge.index.meanings import fill_meanings
from backend.knowledge.index.stock import restock
from backend.knowledge.search import KnowledgeLibrary
from backend.knowledge.search.scoring import CONFIDENCE_WEIGHTS_OF_A_SMALL_SITE, RankingSignals
from backend.store import Store, migrate
from tests.tools.evals.retrieval import WatchedLibrary, auc

SETS = Path(__file__).with_suffix("")
FIGURES = ("hit@1", "right", "wrong", "AUC", "follow")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a set: the page that answers it, or "", and the question that it follows, or ""."""

    text: str
    page: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class LanguageSet:
    """The pages of a small business and what its customers ask, in one language."""

    language: str
    pages: tuple[Document, ...]
    questions: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question."""

    asked: Asked
    first: str
    confidence: float

    @property
    def is_hit(self) -> bool:
        return self.first == self.asked.page

    @property
    def is_said_answerable(self) -> bool:
        return self.confidence >= ANSWERABLE_FROM


def read_set(path: Path) -> LanguageSet:
    """Return the set of one file."""
    pages: list[Document] = []
    questions: list[Asked] = []
    for line in filter(None, map(str.strip, path.read_text("utf-8").splitlines())):
        mark, said = line[0], line[1:].strip()
        if mark == "=":
            pages.append(Document(f"{len(pages):02}.md", said, "", ""))
        elif mark == "?":
            questions.append(Asked(said, pages[-1].key))
        elif mark == ">":
            alone = next(each.text for each in reversed(questions) if not each.before)
            questions.append(Asked(said, pages[-1].key, alone))
        elif mark == "!":
            questions.append(Asked(said, ""))
        else:
            pages[-1] = Document(pages[-1].key, pages[-1].title, "", f"{pages[-1].text}\n{line}".strip())
    return LanguageSet(path.stem, tuple(pages), tuple(questions))


def read_sets(only: Iterable[str] = ()) -> list[LanguageSet]:
    wanted = frozenset(only)
    return [read_set(path) for path in sorted(SETS.glob("*.txt")) if not wanted or path.stem in wanted]


def half_of(questions: Sequence[Asked], half: int) -> list[Asked]:
    """Return every other question: those of the first half weights may be fitted on, the others report them."""
    return [each for number, each in enumerate(questions) if number % 2 == half - 1] if half else list(questions)


def open_site(store: Store, each: LanguageSet) -> Site:
    site = store.sites.create(SiteSettings(each.language, ("https://example.com",), locale=each.language))
    restock(store.passages, site.id, each.pages, each.language)
    return site


def ask_all(library: KnowledgeLibrary, site: Site, questions: Iterable[Asked]) -> Iterator[Outcome]:
    for asked in questions:
        found = library.search(site, asked.text, before=[asked.before] if asked.before else ())
        yield Outcome(asked, found.passages[0].document if found.passages else "", found.confidence)


def share(these: Sequence[bool]) -> float:
    return sum(these) / len(these) if these else math.nan


def figures_of(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Return the figures of one language."""
    alone = [each for each in outcomes if each.asked.page and not each.asked.before]
    follow = [each for each in outcomes if each.asked.before]
    nothing = [each for each in outcomes if not each.asked.page]
    return {
        "hit@1": share([each.is_hit for each in alone]),
        "right": share([each.is_said_answerable for each in alone]),
        "wrong": share([each.is_said_answerable for each in nothing]),
        "AUC": auc([each.confidence for each in alone], [each.confidence for each in nothing]),
        "follow": share([each.is_hit and each.is_said_answerable for each in follow]),
    }


def report(
    by_language: dict[str, list[Outcome]], names: Sequence[str] = FIGURES, *, with_languages: bool = True
) -> None:
    """Print the figures of each language, their mean without English, and those of all questions together."""
    figures = {language: figures_of(outcomes) for language, outcomes in by_language.items()}
    others = [row for language, row in figures.items() if language != "en"] or list(figures.values())
    print("        " + "".join(f"{name:>8}" for name in names))
    for language, row in figures.items() if with_languages else ():
        print(f"{language:8}" + "".join(f"{row[name]:8.2f}" for name in names))
    means = {name: statistics.fmean(row[name] for row in others if not math.isnan(row[name])) for name in names}
    print("mean    " + "".join(f"{means[name]:8.3f}" for name in names))
    pooled = figures_of([each for outcomes in by_language.values() for each in outcomes])
    print("pooled  " + "".join(f"{pooled[name]:8.3f}" for name in names))


def print_miss(language: str, each: Outcome) -> None:
    """Print what went wrong with a question, if anything did."""
    asked = each.asked
    if asked.page and not (each.is_hit and each.is_said_answerable):
        how = "found" if each.is_hit else f"not found ({each.first})"
        print(f"  {language} {how} {each.confidence:.2f}: {asked.text}")
    elif not asked.page and each.is_said_answerable:
        print(f"  {language} wrongly {each.confidence:.2f} ({each.first}): {asked.text}")


def cross_validate(watched: Sequence[tuple[str, Asked, RankingSignals | None]]) -> None:
    """Print how weights do on the half that they were not learned from, and what all questions would choose."""
    import numpy as np

    from tests.tools.evals.learning import learn_confidence

    names = [name for name in CONFIDENCE_WEIGHTS_OF_A_SMALL_SITE if name != "bias"]
    rows = np.array([[getattr(signals, name) if signals else 0.0 for name in names] for _, _, signals in watched])
    is_answerable = np.array([bool(asked.page) for _, asked, _ in watched])
    half = np.arange(len(watched)) % 2
    print("\nlearned on one half, measured on the other")
    for other in (0, 1):
        chances = learn_confidence(rows[half != other], is_answerable[half != other])
        by_language: dict[str, list[Outcome]] = {}
        for number in np.flatnonzero(half == other):
            language, asked, _ = watched[number]
            confidence = 1 / (1 + math.exp(-float(chances[0] + rows[number] @ chances[1:])))
            by_language.setdefault(language, []).append(Outcome(asked, asked.page, confidence))
        report(by_language, ("right", "wrong", "AUC"), with_languages=False)
    print("all questions would choose (now)")
    for name, weight in zip(("bias", *names), learn_confidence(rows, is_answerable), strict=True):
        print(f'    "{name}": {weight:.2f},   ({CONFIDENCE_WEIGHTS_OF_A_SMALL_SITE[name]:.2f})')


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--only", default="")
    options.add_argument("--half", type=int, choices=(0, 1, 2), default=0)
    options.add_argument("--misses", action="store_true")
    options.add_argument("--fit", action="store_true")
    options.add_argument("--embeddings", action="store_true")
    given = options.parse_args()
    by_language: dict[str, list[Outcome]] = {}
    watched: list[tuple[str, Asked, RankingSignals | None]] = []
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/eval.db"
        migrate(url)
        store = Store.open(url, b"0" * 32)
        embedders = open_embedders(lambda model: model) if given.embeddings else None
        library = WatchedLibrary(store.passages, embedders)
        for each in read_sets(filter(None, given.only.split(","))):
            site = open_site(store, each)
            fill_meanings(store.passages, site.id, embedders.of(each.language) if embedders else None)
            by_language[each.language] = list(ask_all(library, site, half_of(each.questions, given.half)))
            alone = [asked for asked in each.questions if not asked.before] if given.fit else []
            watched += [(each.language, asked, library.watch(site, asked.text)[0]) for asked in alone]
        store.close()
    if given.misses:
        for language, outcomes in by_language.items():
            for outcome in outcomes:
                print_miss(language, outcome)
    report(by_language)
    if given.fit:
        cross_validate(watched)


if __name__ == "__main__":
    main()
