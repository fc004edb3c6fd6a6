"""How well documents that order a model about are told from those that do not, as they are taken in.

    python tests/tools/evals/hidden_orders.py [ROWS.jsonl] [--clean DOCS.jsonl] [--misses]

ROWS has lines {"text","label","category"?,"position"?}: label `injected` is to be marked, every other is not. DOCS has
lines {"doc_id","title","text"}: whole pages that are to be left alone. Each text goes through the reading and marking
that a Markdown file goes through. `--misses` prints what stands on the wrong side, with what gave it away.

Without ROWS the orders of `hidden_orders.txt`, which are of our own writing and in sixteen languages, are put into
pages of the examples, each into several: at their beginning, in their middle and at their end. So are, each into one,
those of `hidden_orders_by_kind.txt` and, as `look-alike`, what `hidden_orders_look_alikes.txt` says to people.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from backend.domain.knowledge import Document
from backend.knowledge.intake.documents import clean_markdown, make_document
from backend.knowledge.intake.suspicion import find_orders, with_hidden_marks
from backend.turn.ingress.injection import hidden_orders

Row = dict[str, str]
OWN = Path(__file__).with_suffix(".txt")
BY_KIND, LOOK_ALIKES = (OWN.with_stem(f"{OWN.stem}_{name}") for name in ("by_kind", "look_alikes"))
EXAMPLES = sorted((Path(__file__).resolve().parents[3] / "examples").glob("*/kb/**/*.md"))
PAGES_OF_EACH = 6
PLACES = ("start", "middle", "end")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("rows", type=Path, nargs="?")
    options.add_argument("--clean", type=Path, metavar="DOCS")
    options.add_argument("--misses", action="store_true")
    given = options.parse_args()
    rows = _rows(given.rows) if given.rows else list(own_rows())
    told = [(row, take_in("page", row["text"])) for row in rows]
    for name in ("label", "position", "category"):
        counted = [(row, document) for row, document in told if name == "label" or row["label"].startswith("injected")]
        tell_shares(name, [(row[name], bool(document.marks)) for row, document in counted if row.get(name)])
    pages = [take_in(row["title"], row["text"]) for row in _rows(given.clean)] if given.clean else []
    if pages:
        tell_shares("other pages", [("clean", bool(document.marks)) for document in pages])
    if given.misses:
        for row, document in told:
            if bool(document.marks) != row["label"].startswith("injected"):
                print(f"{row['label']}: {row.get('attack', '')} {tell(document)}")
        for document in pages:
            if document.marks:
                print(f"clean: {document.title}: {tell(document)}")


def own_rows() -> Iterator[Row]:
    """Yield pages of the examples without and with our own orders, and with what only looks like them."""
    pages = [take_in(path.stem, path.read_text("utf-8")) for path in EXAMPLES]
    yield from ({"label": "clean", "text": page.text} for page in pages)
    for order in _lines(OWN):
        for number, page in enumerate(pages[:: len(pages) // PAGES_OF_EACH]):
            yield _with(page, order, PLACES[number % len(PLACES)], "injected")
    unmarked = [page for page in pages if not page.marks]
    for name, label in ((BY_KIND, "injected by kind"), (LOOK_ALIKES, "look-alike")):
        for number, sentence in enumerate(_lines(name)):
            yield _with(unmarked[number * 7 % len(unmarked)], sentence, PLACES[number % len(PLACES)], label)


def _with(page: Document, sentence: str, place: str, label: str) -> Row:
    paragraphs = page.text.split("\n\n")
    at = len(paragraphs) * PLACES.index(place) // (len(PLACES) - 1)
    text = "\n\n".join([*paragraphs[:at], sentence, *paragraphs[at:]])
    return {"label": label, "position": place, "attack": sentence, "text": text}


def _lines(file: Path) -> list[str]:
    return [line for line in file.read_text("utf-8").splitlines() if not line.startswith("#")]


def take_in(title: str, text: str) -> Document:
    """Return a text as it is stored."""
    return with_hidden_marks(make_document({"title": title}, "page.md", clean_markdown(text)), hidden_orders)


def tell(document: Document) -> str:
    return "; ".join([*document.marks, *(order.text for order in find_orders(document.title, document.text))])


def tell_shares(name: str, marked: Sequence[tuple[str, bool]]) -> None:
    counts: dict[str, Counter[bool]] = defaultdict(Counter)
    for value, is_marked in marked:
        counts[value][is_marked] += 1
    for value, count in sorted(counts.items()):
        print(f"{name:12} {value:28} {count[True]:4} of {count.total():4} marked  {count[True] / count.total():7.1%}")


def _rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main()
