"""A web page as it is read: its own text without what stands on every page of its site.

Rules: what looks like furniture (menus, banners, footers; `page_furniture.toml`) goes, unless it holds most of the
page; a page is never left empty by that; text that a click shows (an accordion's answer) is text of the page, other
hidden text is not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from backend.domain.toml import read_toml
from backend.knowledge.intake.formats.encoding import decode_html
from backend.knowledge.intake.formats.markup import refuse_deep_markup, refuse_deep_trees, write_markdown
from backend.knowledge.intake.formats.refusal import ReadingLimits, Refused

TABLE = Path(__file__).with_name("page_furniture.toml")
NAME_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
TITLE_GLUE = re.compile(r"(?<!\s)\s++[|–—·•»:-]\s++")
HIDES = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d])|font-size\s*:\s*0)", re.I)
OPENS = ("aria-controls", "data-target", "data-bs-target", "href")
LEAST_TEXT = 80  # characters: with less left, what was taken for furniture was the page
LONGEST_TITLE = 300
MOST_OPEN = 10  # times the allowed depth: pages forget to close what they open


@dataclass(frozen=True, slots=True)
class WebPage:
    """A web page read. `links` are absolute addresses; `canonical` is empty where none is named."""

    title: str
    text: str
    language: str
    canonical: str
    links: tuple[str, ...]
    may_be_indexed: bool
    may_be_followed: bool


@dataclass(frozen=True, slots=True)
class Furniture:
    """The table of what is left out."""

    no_text: tuple[str, ...]
    elements: tuple[str, ...]
    roles: frozenset[str]
    words: frozenset[str]
    named: tuple[str, ...]
    most_of_the_page: float
    main_share: float


def read_page(raw: bytes, limits: ReadingLimits, url: str = "", encoding: str = "") -> WebPage:
    """Return what a page says; `encoding` is what its server said. Raise Refused for one that is not to be read."""
    html = decode_html(raw, encoding)
    refuse_deep_markup(html, MOST_OPEN * limits.depth)
    tree = LexborHTMLParser(html)
    if tree.root is None or tree.body is None:
        raise Refused("empty")
    refuse_deep_trees(tree.root, limits.depth)
    base = urljoin(url, _attribute(tree, "base[href]", "href")) if url else ""
    robots = _attribute(tree, "meta[name=robots i]", "content").lower()
    links, canonical = tuple(_links(tree, base)), _canonical(tree, url)
    language = _language(tree)
    pairs = list(_pairs_for_machines(tree))
    heading, named = _main_heading(tree), _named_title(tree)
    text = _own_text(html, base)
    text += "".join(f"\n\n## {ask}\n\n{answer}" for ask, answer in pairs if _words(answer) not in _words(text))
    return WebPage(
        title=(heading or named)[:LONGEST_TITLE],
        text=text.strip(),
        language=language,
        canonical=canonical,
        links=links,
        may_be_indexed="noindex" not in robots and "none" not in robots,
        may_be_followed="nofollow" not in robots and "none" not in robots,
    )


def _own_text(html: str, base: str) -> str:
    """Return the page without its furniture; with it where next to nothing would be left."""
    furnished = LexborHTMLParser(html)
    for node in furnished.css(", ".join(_furniture().no_text)):
        node.decompose()
    tree = LexborHTMLParser(html)
    _clear(tree)
    root = _main(tree)
    text = write_markdown(root, base) if root is not None else ""
    if len(text) >= LEAST_TEXT or furnished.body is None:
        return text
    whole = write_markdown(furnished.body, base)
    return whole if len(whole) > 2 * len(text) else text


def _clear(tree: LexborHTMLParser) -> None:
    """Take out what is hidden and what is furniture; the page's own header and what holds most of it stay."""
    furniture = _furniture()
    shown_by_click = _shown_by_click(tree)
    for node in tree.css("[hidden], [aria-hidden=true], [style]"):
        if _is_hidden(node) and (node.attributes.get("id") or "") not in shown_by_click:
            node.decompose()
    everything = max(len(tree.body.text(deep=True)) if tree.body else 0, 1)
    for node in tree.css(", ".join((*furniture.no_text, *furniture.elements))):
        node.decompose()
    for node in tree.css("header, footer"):
        if node.css_first("h1, main, article") is None and _is_of_the_page(node):
            node.decompose()
    for node in tree.css(f"[role], {', '.join(f'{tag}[class], {tag}[id]' for tag in furniture.named)}"):
        is_part = len(node.text(deep=True)) < furniture.most_of_the_page * everything
        if is_part and _is_furniture(node) and node.css_first("main, h1") is None:
            node.decompose()


def _is_of_the_page(node: LexborNode) -> bool:
    """A header or footer inside an article or section belongs to it, not to the site."""
    parent = node.parent
    while parent is not None:
        if parent.tag in ("article", "section", "main") and node.tag == "header":
            return False
        parent = parent.parent
    return True


def _is_furniture(node: LexborNode) -> bool:
    furniture = _furniture()
    if (node.attributes.get("role") or "").lower() in furniture.roles:
        return True
    if node.tag not in furniture.named:
        return False
    names = f"{node.attributes.get('id') or ''} {node.attributes.get('class') or ''}"
    return any(part.lower() in furniture.words for part in NAME_PART.findall(names))


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or bool(HIDES.search(attributes.get("style") or ""))
    )


def _shown_by_click(tree: LexborHTMLParser) -> frozenset[str]:
    """Return the ids of what a control on the page opens."""
    named = (node.attributes.get(name) or "" for name in OPENS for node in tree.css(f"[{name}]"))
    return frozenset(part.lstrip("#") for value in named if not value.startswith("http") for part in value.split())


def _main(tree: LexborHTMLParser) -> LexborNode | None:
    """Return the element that holds the page itself: <main>, the only <article>, else <body>."""
    body = tree.body
    if body is None:
        return None
    everything = max(len(body.text(deep=True).split()), 1)
    for found in (tree.css("main, [role=main]"), tree.css("article")):
        if len(found) == 1 and len(found[0].text(deep=True).split()) >= _furniture().main_share * everything:
            return found[0]
    return body


def _main_heading(tree: LexborHTMLParser) -> str:
    headings = [" ".join(node.text(deep=True).split()) for node in tree.css("h1")]
    said = [heading for heading in headings if heading]
    return said[0] if len(said) == 1 else ""


def _named_title(tree: LexborHTMLParser) -> str:
    """Return the title without the site's name, which stands behind it on every page."""
    title = " ".join(_attribute(tree, "meta[property='og:title']", "content").split())
    if not title:
        node = tree.css_first("head > title")
        title = " ".join(node.text(deep=True).split()) if node is not None else ""
    site = _attribute(tree, "meta[property='og:site_name']", "content").strip()
    parts = TITLE_GLUE.split(title)
    if site and len(parts) > 1 and parts[-1] == site:
        return title[: title.rindex(site)].rstrip(" |–—·•»:-")
    if len(parts) == 2 and len(parts[1]) < len(parts[0]):
        return parts[0]
    return title


def _language(tree: LexborHTMLParser) -> str:
    found = tree.css_first("html")
    return ((found.attributes.get("lang") if found is not None else "") or "").strip().lower().partition("-")[0][:8]


def _canonical(tree: LexborHTMLParser, url: str) -> str:
    address = _attribute(tree, "link[rel=canonical i]", "href").strip()
    absolute = urljoin(url, address) if address else ""
    return absolute if re.match(r"https?://[^\s/]", absolute, re.I) else ""


def _links(tree: LexborHTMLParser, base: str) -> Iterator[str]:
    seen = set()
    for node in tree.css("a[href], area[href]"):
        if "nofollow" in (node.attributes.get("rel") or "").lower():
            continue
        try:
            address = urljoin(base, (node.attributes.get("href") or "").strip()).partition("#")[0]
        except ValueError:
            continue
        if re.match(r"https?://", address, re.I) and address not in seen:
            seen.add(address)
            yield address


def _pairs_for_machines(tree: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    """Yield the questions and answers of a page's FAQ as search engines are told them (schema.org FAQPage)."""
    for node in tree.css("script[type='application/ld+json']"):
        try:
            said = json.loads(node.text(deep=True))
        except (ValueError, RecursionError):
            continue
        for thing in said if isinstance(said, list) else [said]:
            asked = thing.get("mainEntity") if isinstance(thing, dict) and thing.get("@type") == "FAQPage" else None
            for each in asked if isinstance(asked, list) else []:
                ask, answer = _pair(each)
                if ask and answer:
                    yield ask, answer


def _pair(each: object) -> tuple[str, str]:
    answer = each.get("acceptedAnswer") if isinstance(each, dict) else None
    if not isinstance(each, dict) or not isinstance(answer, dict):
        return "", ""
    tree = LexborHTMLParser(str(answer.get("text") or ""))
    if tree.body is None:
        return "", ""
    refuse_deep_trees(tree.body, 100)
    return " ".join(str(each.get("name") or "").split()), write_markdown(tree.body)


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _attribute(tree: LexborHTMLParser, selector: str, name: str) -> str:
    node = tree.css_first(selector)
    return (node.attributes.get(name) or "") if node is not None else ""


@cache
def _furniture() -> Furniture:
    table = read_toml(TABLE)
    return Furniture(
        no_text=tuple(table["no_text"]),
        elements=tuple(table["elements"]),
        roles=frozenset(table["roles"]),
        words=frozenset(table["words"]),
        named=tuple(table["named"]),
        most_of_the_page=float(table["most_of_the_page"]),
        main_share=float(table["main_share"]),
    )
