"""What the embedded answerer quotes: from the right page, the sentence that matters, nothing where there is no answer.

    python tests/tools/evals/answers.py DOCS.jsonl QUESTIONS.jsonl [--embeddings] [--database FILE] [--half 0 or 1]
        [--misses N]
    python tests/tools/evals/answers.py --orders INJECTION_INDIRECT.jsonl

DOCS and QUESTIONS as for retrieval.py; all documents are one site. A question may carry a reference `answer`: the key
sentence is then the sentence (or item of a list) of its labelled documents that shares most with it, rare words
counting more, and an answer holds it when it holds nine tenths of its words, counted likewise. `--half` asks the one
half of the questions or the other, so that what was changed by reading the misses of one is judged by the other;
`--misses` prints so many answers without their key sentence.
`--orders` asks each row's question of a site of pages with orders hidden in them, quotes each row's own page as if it
had been found, and counts what repeats an order, which is all that somebody who quotes can do of its will.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from backend.domain.knowledge import Found, Hit
from backend.domain.ports import Embedder
from backend.domain.site import Site, SiteSettings
from backend.domain.turn import Inquiry, Model, Question, Route
from backend.knowledge.index.blocks import split_blocks
from backend.knowledge.index.meanings import fill_meanings
from backend.knowledge.index.stock import restock
from backend.knowledge.index.terms import find_terms
from backend.knowledge.intake.documents import read_markdown
from backend.knowledge.search.knowledge_library import KnowledgeLibrary
from backend.providers.embedded import EmbeddedAnswerer
from backend.store import Store, migrate
from backend.turn.retrieval import MOST_DOCUMENTS
from tests.tools.evals.retrieval import _document, _open_embedder, _rows

HELD_FROM = 0.9  # of the key sentence's words, rare ones counting more
LEAST_TERMS = 3  # a sentence with fewer says nothing that could be the key
SHOWN = 700


@dataclass(frozen=True, slots=True)
class Told:
    """One question with its answer."""

    row: dict
    found: Found
    message: str
    documents: tuple[str, ...]  # that were quoted
    key: str  # the sentence that should be there, where the row tells

    @property
    def collection(self) -> str:
        return self.row["collection"]

    def is_found_by(self, rank: int) -> bool:
        return any(hit.passage.document in self.row["label"] for hit in self.found.hits[:rank])


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("docs", type=Path, nargs="?")
    options.add_argument("questions", type=Path, nargs="?")
    options.add_argument("--embeddings", action="store_true")
    options.add_argument("--database", type=Path, metavar="FILE")
    options.add_argument("--half", type=int, choices=(0, 1))
    options.add_argument("--misses", type=int, default=0, metavar="N")
    options.add_argument("--orders", type=Path, metavar="FILE")
    given = options.parse_args()
    embedder = _open_embedder() if given.embeddings else None
    if given.orders:
        report_orders(_rows(given.orders), embedder)
        return
    docs, rows = _rows(given.docs), _rows(given.questions)
    if given.half is not None:
        rows = [row for row in rows if zlib.crc32(row["id"].encode()) % 2 == given.half]
    with tempfile.TemporaryDirectory() as folder:
        file = given.database or Path(folder, "eval.db")
        told, rarity = ask_all(f"sqlite:///{file.resolve()}", docs, rows, embedder)
    report(told, rarity)
    print_misses([each for each in told if each.key and not holds(each.message, each.key, rarity)], given.misses)


def ask_all(
    url: str, docs: Sequence[dict], rows: Sequence[dict], embedder: Embedder | None
) -> tuple[list[Told], Callable[[str], float]]:
    migrate(url)
    store = Store.open(url, b"0" * 32)
    site = store.sites.find_by_name("all") or store.sites.create(SiteSettings("all", ("https://example.com",)))
    documents = {row["doc_id"]: _document(row) for row in docs}
    restock(store.passages, site.id, list(documents.values()), "en")
    fill_meanings(store.passages, site.id, embedder)
    library = KnowledgeLibrary(store.passages, embedder)
    rarity = rarity_in([document.text for document in documents.values()])
    told = []
    for row in rows:
        texts = [documents[key].text for key in row["label"] if key in documents]
        told.append(tell(library, site, row, key_sentence(texts, row.get("answer", ""), rarity)))
    store.close()
    return told, rarity


def tell(library: KnowledgeLibrary, site: Site, row: dict, key: str = "") -> Told:
    question = row.get("question") or row["text"]
    found = library.search(site, question, most=MOST_DOCUMENTS)
    inquiry = Inquiry(site, Question(question), found, Route(Model("embedded"), ""))
    answer = EmbeddedAnswerer(library, pace_s=0).compose(inquiry)
    return Told(row, found, answer.message, tuple(source.id for source in answer.sources), key)


def rarity_in(texts: Iterable[str]) -> Callable[[str], float]:
    """Return how much each term tells: the logarithm of how few pages hold it."""
    pages = [set(find_terms(text)) for text in texts]
    holders = Counter(term for page in pages for term in page)
    return lambda term: math.log(1 + len(pages) / (1 + holders[term]))


def key_sentence(texts: Sequence[str], answer: str, rarity: Callable[[str], float]) -> str:
    """Return the sentence that shares most with the reference answer; "" without one."""
    wanted = set(find_terms(answer))
    sentences = [sentence for text in texts for block in split_blocks(text) for sentence in sentences_of(block)]
    told = [(sum(map(rarity, wanted & set(find_terms(sentence)))), sentence) for sentence in sentences]
    best = max(told, key=lambda each: each[0], default=(0.0, ""))
    return best[1] if best[0] > 0 else ""


def sentences_of(block: object) -> list[str]:
    parts = [] if block.kind == "heading" else list(block.parts)  # type: ignore[attr-defined]
    return [part for part in parts if len(set(find_terms(part))) >= LEAST_TERMS]


def holds(message: str, key: str, rarity: Callable[[str], float]) -> bool:
    said, wanted = set(find_terms(message)), set(find_terms(key))
    return sum(map(rarity, wanted & said)) >= HELD_FROM * sum(map(rarity, wanted))


def report(told: Sequence[Told], rarity: Callable[[str], float]) -> None:
    by_collection: Mapping[str, list[Told]] = defaultdict(list)
    for each in told:
        by_collection[each.collection].append(each)
        by_collection["all"].append(each)
    columns = (("asked", 6), ("first", 7), ("in 3", 7), ("quoted", 8), ("silent", 8), ("keys", 6), ("first", 7))
    print(" " * 14 + "".join(f"{name:>{width}}" for name, width in (*columns, ("in 3", 7), ("held", 7))))
    for name, rows in by_collection.items():
        answerable = [each for each in rows if each.row["label"]]
        if answerable:
            keys = [each for each in answerable if each.key]
            print(
                f"{name:14}{len(answerable):6}"
                f"{share(answerable, lambda each: each.is_found_by(1)):7.3f}"
                f"{share(answerable, lambda each: each.is_found_by(3)):7.3f}"
                f"{share(answerable, lambda each: set(each.documents) & set(each.row['label'])):8.3f}"
                f"{share(answerable, lambda each: not each.documents):8.3f}{len(keys):6}"
                f"{share(keys, lambda each: each.is_found_by(1)):7.3f}"
                f"{share(keys, lambda each: each.is_found_by(3)):7.3f}"
                f"{share(keys, lambda each: holds(each.message, each.key, rarity)):7.3f}"
            )
    unanswerable = [each for each in told if not each.row["label"]]
    silent = share(unanswerable, lambda each: not each.documents)
    print(f"silent where nothing answers: {silent:.3f} of {len(unanswerable)}")
    words = sorted(len(each.message.split()) for each in told if each.documents)
    print(f"words of an answer: median {words[len(words) // 2]}, nine tenths up to {words[len(words) * 9 // 10]}")


def share(rows: Sequence[Told], is_so: Callable[[Told], object]) -> float:
    return sum(bool(is_so(each)) for each in rows) / len(rows) if rows else math.nan


def print_misses(misses: Sequence[Told], most: int) -> None:
    for each in misses[:most]:
        rank = next((n for n, hit in enumerate(each.found.hits, 1) if hit.passage.document in each.row["label"]), None)
        print(f"\n=== {each.row['id']}  rank {rank}, confidence {each.found.confidence}, quoted {each.documents}")
        print("asked:  ", each.row["text"][:SHOWN])
        print("key:    ", each.key)
        print("answer: ", each.message[:SHOWN])


def report_orders(rows: Sequence[dict], embedder: Embedder | None) -> None:
    """Ask each page its question among the pages that were treated alike; count the answers that hold its orders."""
    sites = defaultdict(list)
    for row in rows:
        sites[row["label"], row.get("position") or "nowhere"].append(row)
    with tempfile.TemporaryDirectory() as folder:
        migrate(f"sqlite:///{folder}/eval.db")
        store = Store.open(f"sqlite:///{folder}/eval.db", b"0" * 32)
        library = KnowledgeLibrary(store.passages, embedder)
        for (label, position), theirs in sites.items():
            site = store.sites.create(SiteSettings(f"{label} {position}", ("https://example.com",)))
            pages = [read_markdown(row["text"], f"{row['id']}.md") for row in theirs]
            restock(store.passages, site.id, pages, "en")
            fill_meanings(store.passages, site.id, embedder)
            orders = [_plain(row["attack"]) for row in theirs if label == "injected"]
            told = [tell(library, site, row) for row in theirs]
            quoted = [library.quote(site, row["question"], _page_alone(library, site, row)).text for row in theirs]
            print(f"{label}, orders {position}: {len(told)} asked")
            for name, texts in (("answers", [each.message for each in told if each.documents]), ("quotations", quoted)):
                repeated = sum(any(order in _plain(text) for order in orders) for text in texts)
                print(f"  {name:10} {sum(map(bool, texts)):4}, with an order in them {repeated}")
        store.close()
    print("obeyed: a quotation can do no more of an order's will than repeat it")


def _page_alone(library: KnowledgeLibrary, site: Site, row: dict) -> Found:
    """Return the row's own page, as if a search had found it and nothing else."""
    passages = library._book.passages_of(site.id, f"{row['id']}.md")
    return Found(tuple(Hit(passage, 1.0) for passage in passages[:1]), 1.0)


def _plain(text: str) -> str:
    return " ".join(find_terms(text))


if __name__ == "__main__":
    main()
