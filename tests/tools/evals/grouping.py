"""How well questions are put into groups of alike ones: which share of them stands among its own kind.

    python tests/tools/evals/grouping.py DOCS.jsonl QUESTIONS.jsonl [--draws 10] [--rules]

DOCS and QUESTIONS are as for retrieval.py; two questions are alike that the same document answers. They come one after
the other, in an order that is drawn, as they come before staff. Purity is the share of all questions that are of their
group's most frequent kind, B³ the mean share of alike ones in a question's group and of its kind that are in its group.
With `--rules` other least shares of words are measured, too.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from backend.domain.knowledge import Document
from backend.domain.site import SiteSettings
from backend.knowledge.index import find_terms
from backend.knowledge.index.stock import restock
from backend.knowledge.search.knowledge_library import KnowledgeLibrary
from backend.review.grouping import ALIKE_WITH_PAGE, ALIKE_WITHOUT, Groups
from backend.store import Store, migrate

RULES = ((0.30, 0.45), (0.35, 0.45), (0.40, 0.50), (0.45, 0.50), (0.50, 0.55))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("docs", type=Path)
    options.add_argument("questions", type=Path)
    options.add_argument("--draws", type=int, default=10)
    options.add_argument("--rules", action="store_true", help="measure other least shares of words, too")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asked = _read(f"sqlite:///{folder}/eval.db", _rows(given.docs), _rows(given.questions))
    for rule in RULES if given.rules else ((ALIKE_WITH_PAGE, ALIKE_WITHOUT),):
        told = [_measure(_group(random.Random(draw).sample(asked, len(asked)), rule)) for draw in range(given.draws)]
        groups, purity, precise, whole = (sum(each) / len(told) for each in zip(*told, strict=True))
        print(
            f"{rule[0]:.2f} with the same page, {rule[1]:.2f} without: {len(asked)} questions in {groups:.0f} groups, "
            f"purity {purity:.3f}, B³ {precise:.3f} / {whole:.3f}"
        )


def _rows(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def _read(url: str, docs: list[dict], questions: list[dict]) -> list[tuple[frozenset[str], str, str]]:
    """Return of each question its words, the page that is found first, and the document that answers it."""
    migrate(url)
    store = Store.open(url, b"0" * 32)
    site = store.sites.create(SiteSettings("all", ("https://example.com",)))
    rows = [Document(row["doc_id"], row["title"], row.get("url", ""), row["text"]) for row in docs]
    restock(store.passages, site.id, rows, "en")
    library = KnowledgeLibrary(store.passages, None)
    asked = []
    for row in questions:
        if row["label"]:
            found = library.search(site, row["text"])
            first = found.passages[0].document if found.passages else ""
            words = frozenset(find_terms(row["text"], "en")) or frozenset([row["text"].casefold()])
            asked.append((words, first, row["label"][0]))
    store.close()
    return asked


def _group(asked, rule: tuple[float, float]) -> list[list[str]]:
    """Return the groups, each as the kinds of its questions."""
    alike = Groups(Counter(word for words, _, _ in asked for word in words), *rule)
    groups: dict[int, list[str]] = defaultdict(list)
    for words, page, kind in asked:
        groups[alike.place(words, page)].append(kind)
    return list(groups.values())


def _measure(groups: list[list[str]]) -> tuple[float, float, float, float]:
    counts, whole = [Counter(each) for each in groups], Counter(kind for each in groups for kind in each)
    all_of_them = sum(whole.values())
    pure = sum(max(each.values()) for each in counts)
    precise = sum(n * n / sum(each.values()) for each in counts for n in each.values())
    found = sum(n * n / whole[kind] for each in counts for kind, n in each.items())
    return len(groups), pure / all_of_them, precise / all_of_them, found / all_of_them


if __name__ == "__main__":
    main()
