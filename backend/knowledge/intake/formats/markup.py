"""A tree of HTML becomes Markdown that reads well.

Rules: words are never changed; a list item, a table row and a line of code each keep their line; a heading is a
heading; a link keeps its address where that leads somewhere; what only a browser shows (pictures, controls) goes.
A question that opens its answer by a click (`<details>`, `<dt>`) becomes a heading with the answer under it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin

from selectolax.lexbor import LexborNode

from backend.knowledge.intake.formats.refusal import Refused

BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "caption",
    ]
)
UNSEEN = frozenset(
    [
        "script",
        "style",
        "template",
        "noscript",
        "svg",
        "iframe",
        "object",
        "canvas",
        "img",
        "input",
        "button",
        "select",
        "textarea",
    ]
)
HEADINGS = {f"h{level}": level for level in range(1, 7)}
LEADS_SOMEWHERE = re.compile(r"(?:https?:|mailto:|tel:)", re.I)
CODE_LANGUAGE = re.compile(r"\b(?:language|lang|highlight)-([\w+#.]+)")
PILES_UP = re.compile(
    r"<(/?)(?:div|section|article|main|aside|header|footer|nav|table|ul|ol|dl|blockquote|details|fieldset|figure|form|"
    r"center|address|pre|button|svg|object|select|template)\b",
    re.I,
)
DEEPEST_HEADING = 6
TABLE_CELLS = 200_000


@dataclass
class Writing:
    """How one tree is written. `url` makes links absolute; `level` is that of the last heading."""

    url: str = ""
    level: int = 1
    cells_left: int = field(default=TABLE_CELLS)


def write_markdown(root: LexborNode, url: str = "") -> str:
    """Return the text of a tree as Markdown blocks with a blank line between them."""
    return "\n\n".join(_blocks(root, Writing(url)))


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
    if tag in HEADINGS:
        yield from _heading(node, HEADINGS[tag], writing)
    elif tag in ("ul", "ol"):
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
    return node.tag in BLOCKS or (
        node.tag not in ("-text", *UNSEEN) and any(_holds_blocks(child) for child in node.iter(include_text=False))
    )


def _paragraph(nodes: list[LexborNode], writing: Writing) -> Iterator[str]:
    text = _tidy("".join(_inline(node, writing) for node in nodes))
    if not text:
        return
    only = [node for node in nodes if node.tag != "-text" or (node.text_content or "").strip()]
    if len(only) == 1 and only[0].tag in ("b", "strong") and "\n" not in text:
        yield f"**{text}**"
    else:
        yield text


def _heading(node: LexborNode, level: int, writing: Writing) -> Iterator[str]:
    text = " ".join(_tidy(_inline_children(node, writing, links=False)).split())
    if text:
        writing.level = level
        yield f"{'#' * level} {text}"


def _list(node: LexborNode, writing: Writing) -> Iterator[str]:
    start = node.attributes.get("start") or "1"
    number = int(start) if start.isdigit() and len(start) < 7 else 1
    items: list[str] = []
    for child in node.iter(include_text=False):
        if child.tag in UNSEEN:
            continue
        if child.tag in ("ul", "ol") and items:  # a list within a list, without an item of its own
            items[-1] += "\n" + _indent("\n".join(_list(child, writing)), 2)
            continue
        blocks = list(_blocks(child, writing))
        if not blocks:
            continue
        mark = f"{number}. " if node.tag == "ol" else "- "
        number += 1
        items.append(mark + _indent("\n".join(blocks), len(mark)).lstrip())
    if items:
        yield "\n".join(items)


def _definitions(node: LexborNode, writing: Writing) -> Iterator[str]:
    """A list of questions becomes headings with answers; other terms stay with their meaning in one line."""
    terms = list(_descend(node, ("dt", "dd")))
    asks = any(child.tag == "dt" and (child.text() or "").strip().endswith("?") for child in terms)
    items: list[str] = []
    for child in terms:
        blocks = list(_blocks(child, writing))
        if child.tag == "dt":
            text = " ".join(" ".join(blocks).split())
            items.append(f"{'#' * min(writing.level + 1, DEEPEST_HEADING)} {text}" if asks else f"- **{text}**")
        elif asks:
            items.extend(blocks)
        elif blocks:
            meaning = _indent("\n".join(blocks), 2)
            items = [*items[:-1], f"{items[-1]}\n{meaning}"] if items else [f"- {meaning.lstrip()}"]
    if items:
        yield ("\n\n" if asks else "\n").join(items)


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
    """A table of one column, or with tables in it, only lays a page out: its cells are blocks."""
    for caption in _descend(node, ("caption",)):
        yield from _blocks(caption, writing)
    rows = list(_descend(node, ("tr",)))
    cells = [[cell for cell in row.iter(include_text=False) if cell.tag in ("td", "th")] for row in rows]
    if max((len(row) for row in cells), default=0) < 2 or any(
        cell.css_first("table, ul, ol, pre, h1, h2, h3, h4") for row in cells for cell in row
    ):
        for row in cells:
            for cell in row:
                yield from _blocks(cell, writing)
        return
    lines = list(_rows(cells, writing))
    if lines:
        width = max(len(line) for line in lines)
        head, *body = [[*line, *[""] * (width - len(line))] for line in lines]
        yield "\n".join(_row(line) for line in (head, ["---"] * width, *body))


def _rows(cells: list[list[LexborNode]], writing: Writing) -> Iterator[list[str]]:
    """Yield each row's texts; a cell that spans rows is said again in each, so that every row reads alone."""
    spanning: dict[int, tuple[int, str]] = {}
    for row in cells:
        texts: list[str] = []
        for cell in row:
            _take_spanning(texts, spanning)
            text = " ".join(block.strip("*") for block in _blocks(cell, writing))
            text = " ".join(text.split()).replace("|", "\\|")
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


def _inline(node: LexborNode, writing: Writing, *, links: bool = True) -> str:
    tag = node.tag
    if tag == "-text":
        return re.sub(r"[ \t\n\r\f\xa0]+", " ", node.text_content or "")
    if tag in UNSEEN or tag is None or tag.startswith(("-", "_")):
        return ""
    if tag == "br":
        return "\n"
    if _is_code(node) and (text := " ".join(node.text(deep=True).split())) and "`" not in text:
        return f"`{text}`"
    inner = _inline_children(node, writing, links=links)
    if tag == "a" and links:
        return _link(inner, node.attributes.get("href") or "", writing.url)
    return inner


def _is_code(node: LexborNode) -> bool:
    return node.tag in ("code", "kbd", "samp", "tt") or (
        node.tag == "span" and "docutils literal" in (node.attributes.get("class") or "")
    )


def _inline_children(node: LexborNode, writing: Writing, *, links: bool = True) -> str:
    return "".join(_inline(child, writing, links=links) for child in node.iter(include_text=True))


def _link(text: str, href: str, url: str) -> str:
    label = " ".join(text.split())
    address = href.strip()
    if not label or not address or address.startswith("#"):
        return text
    if not LEADS_SOMEWHERE.match(address):
        if not url or re.match(r"\A[a-z][a-z0-9+.-]*+:", address, re.I):
            return text
        address = urljoin(url, address)
    if label == address or re.search(r"[\s<>()]", address) or "[" in label or "]" in label:
        return text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}[{label}]({address}){after}"


def _tidy(text: str) -> str:
    lines = (" ".join(line.split(" ")).strip() for line in text.split("\n"))
    return re.sub(r"\n{2,}", "\n", re.sub(r" {2,}", " ", "\n".join(lines))).strip()


def _indent(text: str, width: int) -> str:
    return "\n".join(f"{' ' * width}{line}" if line else "" for line in text.split("\n"))
