"""The titles that labels and paths stand for in the reStructuredText of a folder, so that a link shows a title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

LABELLED = re.compile(
    r"((?:^\.\. _(?:[^\n:]++|:(?![ \t]*+\n))++:[ \t]*+\n\s*+){1,5}+)"
    r"(?:[=\-~^\"'#*+.`:]{3,}+[ \t]*+\n)?([^\n]++)\n[=\-~^\"'#*+.`:]{3,}+[ \t]*+$",
    re.M,
)
LABEL = re.compile(r"^\.\. _`?([^\n`]+?)`?:[ \t]*$", re.M)
FIRST_TITLE = re.compile(r"^([^\s.:=\-~^\"'#*+`][^\n]*)\n([=\-~^\"'#*+.`:])\2{2,}[ \t]*$", re.M)
MARKS = re.compile(r"(?<![\w:.+-]):[\w:.+-]*+(?<=:)(?=`)|[`*]|(?<!\s)\s*+<[^<>]*+>")
LOOKED_AT = 200_000  # characters of a file
MOST_TITLES = 5_000


def find_titles(files: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Return the titles by label, and by path as `:doc:` names it (`/guide/install`); files are (path, text)."""
    titles: dict[str, str] = {}
    for path, text in files:
        if len(titles) >= MOST_TITLES:
            break
        head = text[:LOOKED_AT]
        for labels, title in LABELLED.findall(head):
            titles.update(dict.fromkeys((label.casefold() for label in LABEL.findall(labels)), _plain(title)))
        if first := FIRST_TITLE.search(head):
            titles[f"/{path.rpartition('.')[0]}"] = _plain(first[1])
    return titles


def _plain(title: str) -> str:
    return " ".join(MARKS.sub("", title).split())
