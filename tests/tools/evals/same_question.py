"""How well a question is known as one that was answered by a person: precision, recall, wrong answers served.

    python tests/tools/evals/same_question.py DOCS.jsonl QUESTIONS.jsonl [--draws 40] [--meanings]

DOCS and QUESTIONS are as for retrieval.py. In each draw half of the documents that have several questions get an
approved answer, kept with one or three of their questions; all other questions are asked. One that is served the answer
of another document is wrong, also where its own has none. With `--meanings` search and rule compare meanings, too.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from backend.domain.knowledge import Document
from backend.domain.site import SiteSettings
from backend.knowledge.index import fill_meanings
from backend.knowledge.index.embeddings import open_mini_lm
from backend.knowledge.index.stock import restock
from backend.knowledge.search.knowledge_library import KnowledgeLibrary
from backend.review.same_question import Phrasing, same_question
from backend.services.find_approved import near_by_meaning
from backend.store import Store, migrate


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("docs", type=Path)
    options.add_argument("questions", type=Path)
    options.add_argument("--draws", type=int, default=40)
    options.add_argument("--meanings", action="store_true", help="as where DESKBELL_EMBEDDINGS is on")
    options.add_argument("--wrong", action="store_true", help="print what was served wrongly")
    given = options.parse_args()
    docs, questions = _rows(given.docs), _rows(given.questions)
    with tempfile.TemporaryDirectory() as folder:
        embedder = open_mini_lm() if given.meanings else None
        asked = _read(f"sqlite:///{folder}/eval.db", docs, questions, embedder)
    meanings = compared_once(near_by_meaning(embedder), asked) if embedder else None
    for kept in (1, 3):
        right, wrong, could, others = 0, 0, 0, 0
        for draw in range(given.draws):
            told = _draw(asked, kept, random.Random(f"{draw} {kept}"), meanings, show=given.wrong)
            right, wrong, could, others = right + told[0], wrong + told[1], could + told[2], others + told[3]
        precision = right / max(1, right + wrong)
        print(
            f"{kept} phrasings: precision {precision:.3f}, recall {right / could:.3f}, "
            f"served wrongly {wrong / others:.4%} of {others // given.draws} others a draw"
        )


def _rows(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def _read(url: str, docs: list[dict], questions: list[dict], embedder=None) -> dict[str, list[tuple[Phrasing, str]]]:
    """Return the questions of each document with several, each with the page that is found first."""
    migrate(url)
    store = Store.open(url, b"0" * 32)
    site = store.sites.create(SiteSettings("all", ("https://example.com",)))
    rows = [Document(row["doc_id"], row["title"], row.get("url", ""), row["text"]) for row in docs]
    restock(store.passages, site.id, rows, "en")
    fill_meanings(store.passages, site.id, embedder)
    library = KnowledgeLibrary(store.passages, embedder)
    by_document = defaultdict(list)
    for row in questions:
        if row["label"] and row["collection"] in ("stackfaq", "cdc_faq"):
            found = library.search(site, row["text"])
            first = found.passages[0].document if found.passages else ""
            by_document[row["label"][0]].append((Phrasing(row["text"], library.weigh(site, row["text"])), first))
    store.close()
    return by_document


def compared_once(near, asked) -> Callable[[str, Sequence[str]], Sequence[float]]:
    """Return `near`, asked once for each question and all others with its first page: every draw compares these."""
    by_page: dict[str, list[str]] = defaultdict(list)
    for rows in asked.values():
        for phrasing, first in rows:
            by_page[first].append(phrasing.text)
    known = {
        text: dict(zip(texts, near(text, texts), strict=True))
        for first, texts in by_page.items()
        if first
        for text in texts
    }
    return lambda question, others: [known[question][other] for other in others]


def _draw(asked, kept: int, dice: random.Random, meanings=None, *, show: bool) -> tuple[int, int, int, int]:
    names = sorted(name for name, rows in asked.items() if len(rows) > kept)
    approved = set(dice.sample(names, len(names) // 2))
    phrasings, rest = defaultdict(list), []
    numbers = {name: number for number, name in enumerate(sorted(approved))}
    for name, rows in sorted(asked.items()):
        chosen = dice.sample(range(len(rows)), kept) if name in approved else []
        for at, (phrasing, first) in enumerate(rows):
            if at in chosen:
                phrasings[first].append((numbers[name], phrasing))
            else:
                rest.append((name, phrasing, first))
    right = wrong = could = 0
    for name, phrasing, first in rest:
        could += name in approved
        match = same_question(phrasing, phrasings[first], "en", meanings) if first else None
        if match is None:
            continue
        is_right = numbers.get(name) == match.at
        right, wrong = right + is_right, wrong + (not is_right)
        if show and not is_right:
            kept_ones = [each.text for number, each in phrasings[first] if number == match.at]
            print("wrong:", repr(phrasing.text), "as", kept_ones)
    return right, wrong, could, len(rest) - could


if __name__ == "__main__":
    main()
