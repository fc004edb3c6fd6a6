"""A tree of HTML becomes Markdown that reads well.

Rules: words are never changed; a list item, a table row and a line of code each keep their line; a heading is a
heading; a link keeps its address where that leads somewhere; what only a browser shows (controls) goes, a picture
leaves what it is said to show. A question that opens its answer by a click (`<details>`, `<dt>`, what is marked
`data-opens`) becomes a heading with the answer under it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from selectolax.lexbor import LexborNode

from backend.knowledge.index import is_of_lines
from backend.knowledge.intake.formats.inline import HARD, Inline, code_span, escape_text, write_inline
from backend.knowledge.intake.formats.questions import mark_questions
from backend.knowledge.intake.formats.refusal import Refused
from backend.knowledge.intake.formats.tags import BLOCKS, UNSEEN

HEADINGS = {f"h{level}": level for level in range(1, 7)}
LINE_ENDS = re.compile(f"[\n{HARD}]")
AROUND_LINE_ENDS = re.compile(f"(?<! ) *+([\n{HARD}]) *+")
EMPTY_LINES = re.compile(f"[\n{HARD}]{{2,}}")
BLANKS = re.compile(r" {2,}+")
CODE_LANGUAGE = re.compile(r"\b(?:language|lang|highlight)-([\w+#.]+)")
PILES_UP = re.compile(
    r"<(/?)(?:div|section|article|main|aside|header|footer|nav|table|ul|ol|dl|blockquote|details|fieldset|figure|form|"
    r"center|address|pre|button|svg|object|select|template)\b",
    re.I,
)
SHOWN_AS_BLOCK = re.compile(r"display\s*:\s*(?:block|flex|grid|list-item|table)", re.I)
ITEM_MARK = re.compile(r"(?m)^\s*(?:- |\d{1,9}[.)] )")
HEADING_MARK = re.compile(r"\A#{1,6} ")
BEGINS_A_BLOCK = re.compile(r"(?:#{1,6} |`{3}|\||- |\d{1,9}[.)] )")
LABEL = "data-label"  # set on what a tab shows: the tab's words
OPENS = "data-opens"  # set on what opens an answer by a click
DEEPEST_HEADING = 6
TABLE_CELLS = 200_000


@dataclass
class Writing:
    """How one tree is written; `level` is that of the last heading."""

    inline: Inline
    level: int = 1
    cells_left: int = field(default=TABLE_CELLS)


def write_markdown(root: LexborNode, url: str = "") -> str:
    """Return the text of a tree as Markdown blocks with a blank line between them."""
    return "\n\n".join(mark_questions(_blocks(root, Writing(Inline(url)))))


def refuse_deep_markup(html: str, limit: int) -> None:
    """Raise Refused for markup whose open elements pile up: a parser's work grows with the square of their number."""
    depth = 0
    for found in PILES_UP.finditer(html):
        depth += -1 if found[1] else 1
        if depth > limit:
            raise Refused("nested_too_deep", limit=limit)


def refuse_deep_trees(root: LexborNode, limit: int) -> None:
    """Raise Refused for a tree that is nested deeper than `limit`; afterwards recursion is safe."""
    waiting = [(root, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > limit:
            raise Refused("nested_too_deep", limit=limit)
        waiting.extend((child, depth + 1) for child in node.iter(include_text=False))


def _blocks(node: LexborNode, writing: Writing) -> Iterator[str]:
    """Yield the blocks under a node; what stands between blocks is a paragraph."""
    loose: list[LexborNode] = []
    for child in node.iter(include_text=True):
        if not _holds_blocks(child):
            loose.append(child)
            continue
        yield from _paragraph(loose, writing)
        loose = []
        yield from _block(child, writing)
    yield from _paragraph(loose, writing)


def _block(node: LexborNode, writing: Writing) -> Iterator[str]:
    tag = str(node.tag)
    if label := node.attributes.get(LABEL):
        yield f"{'#' * min(writing.level + 1, DEEPEST_HEADING)} {escape_text(label)}"
    if tag in HEADINGS:
        yield from _heading(node, HEADINGS[tag], writing)
    elif node.attributes.get("role") == "heading":
        yield from _heading(node, min(_number(node, "aria-level", 2) or 2, DEEPEST_HEADING), writing)
    elif OPENS in node.attributes:
        yield from _opens(node, writing)
    elif tag in ("ul", "ol", "menu"):
        yield from _list(node, writing)
    elif tag == "dl":
        yield from _definitions(node, writing)
    elif tag == "table":
        yield from _table(node, writing)
    elif tag == "pre":
        yield from _code(node)
    elif tag == "details":
        yield from _details(node, writing)
    elif tag not in UNSEEN:
        yield from _blocks(node, writing)


def _holds_blocks(node: LexborNode) -> bool:
    if node.tag in BLOCKS:
        return True
    if node.tag in UNSEEN or node.tag in ("-text", "math"):
        return False
    is_block = OPENS in node.attributes or SHOWN_AS_BLOCK.search(node.attributes.get("style") or "")
    return bool(is_block) or any(_holds_blocks(child) for child in node.iter(include_text=False))


def _paragraph(nodes: list[LexborNode], writing: Writing) -> Iterator[str]:
    text = _tidy(write_inline(nodes, writing.inline))
    if not text:
        return
    only = [node for node in nodes if node.tag != "-text" or (node.text_content or "").strip()]
    is_bold = len(only) == 1 and only[0].tag in ("b", "strong") and not text.startswith("**")
    yield f"**{text}**" if is_bold and not re.search(r"[\n\v]", text) else _write_lines(text)


def _write_lines(text: str) -> str:
    """Return lines so that they are read as lines again: two spaces end one that looks like wrapped prose."""
    if HARD not in text:
        return text
    lines = LINE_ENDS.split(text)
    return "\n".join(lines) if is_of_lines(lines) else text.replace(HARD, "  \n")


def _heading(node: LexborNode, level: int, writing: Writing) -> Iterator[str]:
    how = replace(writing.inline, links=False)
    text = " ".join(_tidy(write_inline(node.iter(include_text=True), how)).split())
    if text:
        writing.level = level
        yield f"{'#' * level} {text}"


def _opens(node: LexborNode, writing: Writing) -> Iterator[str]:
    """What opens an answer is its heading; the headings that follow stand beside it, not below."""
    level = writing.level
    yield from _heading(node, min(level + 1, DEEPEST_HEADING), writing)
    writing.level = level


def _list(node: LexborNode, writing: Writing) -> Iterator[str]:
    number = _number(node, "start", 1)
    items: list[str] = []
    for child in node.iter(include_text=False):
        if child.tag in UNSEEN:
            continue
        if child.tag in ("ul", "ol", "menu") and items:  # a list within a list, without an item of its own
            items[-1] += "\n" + _indent("\n".join(_list(child, writing)), 2)
            continue
        blocks = list(_blocks(child, writing))
        if not blocks:
            continue
        number = _number(child, "value", number)
        mark = f"{number}. " if node.tag == "ol" else "- "
        number += 1
        items.append(mark + _indent(_join_in_item(blocks), len(mark)).lstrip())
    if items:
        yield "\n".join(items)


def _number(node: LexborNode, name: str, otherwise: int) -> int:
    value = node.attributes.get(name) or ""
    return int(value) if value.isdecimal() and value.isascii() and len(value) < 10 else otherwise


def _join_in_item(blocks: list[str]) -> str:
    """Return an item's blocks: a blank line parts two paragraphs, which would be one without it."""
    text = blocks[0]
    for before, block in pairwise(blocks):
        parts_itself = any(BEGINS_A_BLOCK.match(each) for each in (before, block))
        text += f"{'' if parts_itself else chr(10)}\n{block}"
    return text


def _definitions(node: LexborNode, writing: Writing) -> Iterator[str]:
    """A list of questions becomes headings with answers; other terms stay with their meaning in one line."""
    terms = list(_descend(node, ("dt", "dd")))
    asks = any(child.tag == "dt" and (child.text() or "").strip().endswith("?") for child in terms)
    items: list[str] = []
    for child in terms:
        blocks = list(_blocks(child, writing))
        if child.tag == "dt":
            text = " ".join(" ".join(blocks).split()).strip("*")
            items.append(f"{'#' * min(writing.level + 1, DEEPEST_HEADING)} {text}" if asks else f"- **{text}**")
        elif asks:
            items.extend(blocks)
        elif blocks:
            meaning = _indent(_join_in_item(blocks), 2)
            items = [*items[:-1], _define(items[-1], meaning)] if items else [f"- {meaning.lstrip()}"]
    if items:
        yield ("\n\n" if asks else "\n").join(items)


def _define(term: str, meaning: str) -> str:
    """Return a term with its meaning in one line; further meanings and blocks stand below."""
    if "\n" in term or BEGINS_A_BLOCK.match(meaning.lstrip()) or not term.endswith("**"):
        return f"{term}\n{meaning}"
    return f"{term}{'' if term.endswith((':**', '?**')) else ':'} {meaning.lstrip()}"


def _details(node: LexborNode, writing: Writing) -> Iterator[str]:
    level = writing.level
    for child in node.iter(include_text=False):
        if child.tag == "summary":
            yield from _heading(child, min(level + 1, DEEPEST_HEADING), writing)
            child.decompose()
            break
    yield from _blocks(node, writing)
    writing.level = level


def _code(node: LexborNode) -> Iterator[str]:
    for line_break in node.css("br"):
        line_break.replace_with("\n")
    text = node.text(deep=True, separator="").strip("\n")
    if not text.strip():
        return
    names = " ".join(str(each.attributes.get("class") or "") for each in (node, *node.iter(include_text=False)))
    if "literal-block" in names:  # docutils names the language of its code as if people spoke it
        names += f" language-{node.attributes.get('lang') or ''}"
    language = CODE_LANGUAGE.search(names)
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`{3,}", text)), default=0))
    yield f"{fence}{language[1] if language else ''}\n{text}\n{fence}"


def _table(node: LexborNode, writing: Writing) -> Iterator[str]:
    """A table of one column, or with tables or a page's sections in it, only lays a page out: its cells are blocks."""
    for caption in _descend(node, ("caption",)):
        yield from _blocks(caption, writing)
    rows = list(_descend(node, ("tr",)))
    cells = [[cell for cell in row.iter(include_text=False) if cell.tag in ("td", "th")] for row in rows]
    if _only_lays_out(node, cells):
        for row in cells:
            for cell in row:
                yield from _blocks(cell, writing)
        return
    lines = list(_rows(cells, writing))
    if lines:
        width = max(len(line) for line in lines)
        head, *body = [[*line, *[""] * (width - len(line))] for line in lines]
        yield "\n".join(_row(line) for line in (head, ["---"] * width, *body))


def _only_lays_out(node: LexborNode, cells: list[list[LexborNode]]) -> bool:
    if max((len(row) for row in cells), default=0) < 2 or node.attributes.get("role") in ("presentation", "none"):
        return True
    has_heads = any(cell.tag == "th" for row in cells for cell in row)
    sections = "table" if has_heads else "table, pre, h1, h2, h3, h4"
    return any(cell.css_first(sections) for row in cells for cell in row)


def _cell(node: LexborNode, writing: Writing) -> str:
    """Return a cell on one line: the items of a list in it are parted by semicolons, code keeps its marks."""
    parts = []
    for block in _blocks(node, replace(writing)):
        if block.startswith("```"):
            parts.append(code_span(" ".join("\n".join(block.split("\n")[1:-1]).split())))
        elif ITEM_MARK.match(block):
            parts.append("; ".join(part.strip() for part in ITEM_MARK.split(block) if part.strip()))
        else:
            parts.append(HEADING_MARK.sub("", block))
    return " ".join(" ".join(parts).split()).replace("|", "\\|")


def _rows(cells: list[list[LexborNode]], writing: Writing) -> Iterator[list[str]]:
    """Yield each row's texts; a cell that spans rows is said again in each, so that every row reads alone."""
    spanning: dict[int, tuple[int, str]] = {}
    for row in cells:
        texts: list[str] = []
        for cell in row:
            _take_spanning(texts, spanning)
            text = _cell(cell, writing)
            down, across = _span(cell, "rowspan"), _span(cell, "colspan")
            for column in range(across):
                if down > 1:
                    spanning[len(texts)] = (down - 1, text)
                texts.append("" if column else text)
        _take_spanning(texts, spanning)
        writing.cells_left -= len(texts)
        if writing.cells_left < 0:
            raise Refused("too_many_cells", limit=TABLE_CELLS)
        if any(texts):
            yield texts


def _take_spanning(texts: list[str], spanning: dict[int, tuple[int, str]]) -> None:
    while len(texts) in spanning:
        left, text = spanning.pop(len(texts))
        if left > 1:
            spanning[len(texts)] = (left - 1, text)
        texts.append(text)


def _span(cell: LexborNode, name: str) -> int:
    value = cell.attributes.get(name) or "1"
    return min(max(int(value), 1), 50) if value.isdigit() and len(value) < 6 else 1


def _row(texts: Iterable[str]) -> str:
    return f"| {' | '.join(texts)} |"


def _descend(node: LexborNode, tags: tuple[str, ...]) -> Iterator[LexborNode]:
    """Yield the nearest elements with these tags; not those within them, nor those of a table within."""
    for child in node.iter(include_text=False):
        if child.tag in tags:
            yield child
        elif child.tag not in ("table", "dl"):
            yield from _descend(child, tags)


def _tidy(text: str) -> str:
    """Return lines without spaces at their ends, and no empty one among them."""
    text = AROUND_LINE_ENDS.sub(r"\1", BLANKS.sub(" ", text))
    return EMPTY_LINES.sub(HARD, text).strip()


def _indent(text: str, width: int) -> str:
    return "\n".join(f"{' ' * width}{line}" if line else "" for line in text.split("\n"))
