"""What people and the assistant wrote, as the widget shows it: paragraphs, lists, bold, slanted and code.

Rules: everything is escaped before anything is marked; a link stands as its words and its address, and leads nowhere;
every expression is linear, since strangers write what it reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

INLINE = re.compile(
    r"`([^`\n]+)`|\*\*([^*\n]+)\*\*|\*([^*\s][^*\n]*)\*|\[([^\[\]\n]+)\]\((https?://[^\s()\[\]]+)\)",
)
BULLET = re.compile(r"[-*•] +(?=\S)")
NUMBER = re.compile(r"\d{1,3}[.)] +(?=\S)")
TAGS = (Markup("<code>{}</code>"), Markup("<b>{}</b>"), Markup("<i>{}</i>"))
LISTS = {"ul": Markup("<ul>{}</ul>"), "ol": Markup("<ol>{}</ol>")}


def formatted(text: str) -> Markup:
    """Return a text as HTML that runs nothing and leads nowhere."""
    return Markup("").join(_block(lines) for lines in _blocks(text))


def _blocks(text: str) -> Iterator[list[str]]:
    """Yield runs of lines of one kind; a blank line ends a run."""
    run: list[str] = []
    for line in [*text.replace("\r\n", "\n").split("\n"), ""]:
        if run and (not line.strip() or _kind(line) != _kind(run[0])):
            yield run
            run = []
        if line.strip():
            run.append(line)


def _kind(line: str) -> str:
    if BULLET.match(line.lstrip()):
        return "ul"
    return "ol" if NUMBER.match(line.lstrip()) else "p"


def _block(lines: list[str]) -> Markup:
    kind = _kind(lines[0])
    if kind == "p":
        return Markup("<p>{}</p>").format(Markup("<br>").join(map(_inline, lines)))
    mark = BULLET if kind == "ul" else NUMBER
    rows = Markup("").join(
        Markup("<li>{}</li>").format(_inline(mark.sub("", line.lstrip(), count=1))) for line in lines
    )
    return LISTS[kind].format(rows)


def _inline(line: str) -> Markup:
    pieces, last = [], 0
    for found in INLINE.finditer(line):
        pieces += [escape(line[last : found.start()]), _marked(found)]
        last = found.end()
    return Markup("").join([*pieces, escape(line[last:])])


def _marked(found: re.Match[str]) -> Markup:
    for tag, words in zip(TAGS, found.groups(), strict=False):
        if words is not None:
            return tag.format(words)
    return Markup("{} ({})").format(found[4], found[5])
