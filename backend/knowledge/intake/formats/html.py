"""A web page as it is read: its own text without what stands on every page of its site.

Rules: a page is never left empty by what is taken for furniture (`furniture.py`); what is left out is told.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from backend.knowledge.intake.formats.encoding import decode_html
from backend.knowledge.intake.formats.furniture import clear, read_furniture, words_of
from backend.knowledge.intake.formats.markup import refuse_deep_markup, refuse_deep_trees, write_markdown
from backend.knowledge.intake.formats.refusal import ReadingLimits, Refused

TITLE_GLUE = re.compile(r"(?<!\s)\s++[|–—·•»:-]\s++")
LEAST_TEXT = 80  # characters: with less left, what was taken for furniture was the page
LONGEST_TITLE = 300
MOST_OPEN = 10  # times the allowed depth: pages forget to close what they open


@dataclass(frozen=True, slots=True)
class WebPage:
    """A web page read. `links` are absolute addresses; `canonical` is empty where none is named; `left_out` are texts
    that stand on the page and not in `text`."""

    title: str
    text: str
    language: str
    canonical: str
    links: tuple[str, ...]
    may_be_indexed: bool
    may_be_followed: bool
    left_out: tuple[str, ...] = ()


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
    text, left_out = _own_text(html, base)
    text += "".join(f"\n\n## {ask}\n\n{answer}" for ask, answer in pairs if _words(answer) not in _words(text))
    return WebPage(
        title=(heading or named)[:LONGEST_TITLE],
        text=text.strip(),
        language=language,
        canonical=canonical,
        links=links,
        may_be_indexed="noindex" not in robots and "none" not in robots,
        may_be_followed="nofollow" not in robots and "none" not in robots,
        left_out=left_out,
    )


def _own_text(html: str, base: str) -> tuple[str, tuple[str, ...]]:
    """Return the page without its furniture, and what was left out; the whole page where next to nothing is left."""
    furnished = LexborHTMLParser(html)
    for node in furnished.css(", ".join(read_furniture().no_text)):
        node.decompose()
    tree = LexborHTMLParser(html)
    left_out = clear(tree)
    root = _main(tree)
    text = write_markdown(root, base) if root is not None else ""
    if len(text) < LEAST_TEXT and furnished.body is not None:
        whole = write_markdown(furnished.body, base)
        if len(whole) > 2 * len(text):
            return whole, ()
    return text, tuple(left_out + _outside(tree, root))


def _outside(tree: LexborHTMLParser, root: LexborNode | None) -> list[str]:
    """Return the texts beside the element that holds the page."""
    if tree.body is None or root is None or root.tag == "body":
        return []
    root.decompose()
    return [text for text in (words_of(node) for node in tree.body.iter(include_text=True)) if text]


def _main(tree: LexborHTMLParser) -> LexborNode | None:
    """Return the element that holds the page itself: <main>, the only <article>, else <body>."""
    body = tree.body
    if body is None:
        return None
    everything = max(len(body.text(deep=True).split()), 1)
    for found in (tree.css("main, [role=main]"), tree.css("article")):
        if len(found) == 1 and len(found[0].text(deep=True).split()) >= read_furniture().main_share * everything:
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
