"""Hebrew and Arabic as PDFs draw them: from the left, letter by letter or run by run, which is no order to read in.

Rules: letters that stand only at a word's end tell the order of a page's letters, brackets and full stops in the wrong
place that of its runs; a text that is in order is never turned; of a line that is turned, numbers and words of other
scripts stay as they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

LETTERS = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
WORD = re.compile("[\u05d0-\u05ea\u0620-\u064a]{2,}")
ENDS = "\u05da\u05dd\u05df\u05e3\u05e5\u0629\u0649"  # stand at a word's end alone
ARTICLE = "\u0627\u0644"  # stands at a word's beginning
SHAPES = re.compile("[\ufb1d-\ufdff\ufe70-\ufefc]")
LATIN = "A-Za-z0-9\u00c0-\u024f%€$£"
LEFT_TO_RIGHT = re.compile(rf"[{LATIN}](?:[{LATIN}.,:/@+_-]*[{LATIN}])?")
PAIRS = str.maketrans("()[]{}<>«»", ")(][}{><»«")
OWN_DIGITS = re.compile("[\u0660-\u0669\u06f0-\u06f9](?:[\u066b\u066c.,:/]?[\u0660-\u0669\u06f0-\u06f9])*")
# A line as it is drawn: words of the one kind, words of the other (numbers by themselves), and what stands between.
RIGHT = "\u0590-\u065f\u066a-\u06ef\u06fa-\u08ff"  # but for digits
DIGITS = "\u0660-\u0669\u06f0-\u06f9"
RUN = re.compile(
    rf"(?P<left>[{DIGITS}](?:[\u066b\u066c.,:/]?[{DIGITS}])*|\+[0-9]+(?: [0-9]+)*"
    rf"|(?=[0-9.,:/@+_%€$£-]*[A-Za-z\u00c0-\u024f])[{LATIN}](?:[{LATIN}.,:/@+_-]*[{LATIN}])?"
    rf"(?: [{LATIN}](?:[{LATIN}.,:/@+_-]*[{LATIN}])?)*|[{LATIN}](?:[{LATIN}.,:/@+_-]*[{LATIN}])?)"
    rf"|(?P<right>(?:(?<=.)\s?[.,:;!?،؛؟]\s)?[()\[\]«»]?[{RIGHT}](?:[^{LATIN}{DIGITS}]*[{RIGHT}])?"
    rf"(?:[.!?؟،؛:](?=[{LATIN}{DIGITS}]))?)"
    rf"|(?P<between>[^{RIGHT}{DIGITS}{LATIN}]+?(?=[()\[\]«»]?[{RIGHT}]|[{DIGITS}{LATIN}]|\+[0-9]|\Z))"
)
GLUED = re.compile(rf"(?<=[{RIGHT}])[.,:;]?(?=[{DIGITS}{LATIN}])|(?<=[{DIGITS}])(?=[{RIGHT}])")
# What tells of runs that stand as they are drawn, and of runs in the order of reading.
OF_DRAWN = (re.compile(r"^[.,:;!?،؛؟](?![.\d])", re.M), re.compile(rf"\)[^()\n]*[{RIGHT}][^()\n]*\("), GLUED)
OF_READ = (
    re.compile(rf"^(?=[^{LATIN}\n]*[{LATIN}])[^\n]*[.:;!?،؛؟]$", re.M),
    re.compile(rf"\([^()\n]*[{RIGHT}][^()\n]*\)"),
    re.compile(rf"[{RIGHT}][.,:;]? +[{DIGITS}{LATIN}]"),
)


def in_reading_order(lines: Sequence[str]) -> tuple[str, ...]:
    """Return lines as they are read; those of a page that is in order, or has no such letters, are not changed."""
    shaped = [SHAPES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), line) for line in lines]
    if _is_backwards("\n".join(shaped)):
        return tuple(_turn(line) if LETTERS.search(line) else line for line in shaped)
    shaped = [OWN_DIGITS.sub(lambda found: found[0][::-1], line) for line in shaped]
    if _runs_stand_from_the_left(shaped):
        return tuple(_turn_runs(line) if LETTERS.search(line) else line for line in shaped)
    return tuple(shaped)


def _is_backwards(text: str) -> bool:
    words: list[str] = WORD.findall(text)
    forwards = sum(word[-1] in ENDS or word.startswith(ARTICLE) for word in words)
    backwards = sum(word[0] in ENDS or word.endswith(ARTICLE[::-1]) for word in words)
    return backwards > forwards


def _turn(line: str) -> str:
    """Return a line turned round, but for the runs of numbers and of other scripts in it."""
    return LEFT_TO_RIGHT.sub(lambda found: found[0][::-1], line[::-1].translate(PAIRS))


def _runs_stand_from_the_left(lines: Sequence[str]) -> bool:
    """Tell whether the runs of mixed lines stand as they are drawn: a full stop comes first, brackets are turned."""
    mixed = "\n".join(line.strip() for line in lines if LETTERS.search(line))
    drawn, read = (sum(len(sign.findall(mixed)) for sign in signs) for signs in (OF_DRAWN, OF_READ))
    return drawn > read


def _turn_runs(line: str) -> str:
    """Return a line with its runs from the right; words side by side are parted."""
    runs = [(str(found.lastgroup), found[0]) for found in RUN.finditer(line)]
    words = sum(kind != "between" for kind, _ in runs)
    if words < 3 and not any(kind == "between" for kind, _ in runs):
        return " ".join(text for _, text in runs)  # cells of a table, one beside the other
    turned = [
        (kind, text if kind == "left" else text.translate(PAIRS) if kind == "right" else text[::-1].translate(PAIRS))
        for kind, text in reversed(runs)
    ]
    made = turned[0][1]
    for (before, _), (kind, text) in pairwise(turned):
        made += f" {text}" if before != "between" and kind != "between" else text
    return re.sub(r"(?<=[^\s(\[«])\s+(?=[.,:;!?)\]»،؛؟])|(?<=[(\[«])\s+", "", made).strip()
