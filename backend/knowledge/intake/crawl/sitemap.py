"""The addresses in a sitemap (sitemaps.org), read as text: no entity is defined, nothing is nested.

An index of sitemaps names further ones; both are bounded by the rules.
"""

from __future__ import annotations

import html
import re
import zlib
from collections.abc import Iterator

from backend.knowledge.intake.crawl.fetching import Fetcher, Validators
from backend.knowledge.intake.crawl.refusal import NotFetched
from backend.knowledge.intake.formats.encoding import decode

LOCATION = re.compile(r"<(?:\w+:)?loc\b[^>]{0,200}>\s*(?:<!\[CDATA\[)?\s*([^<\]\s]{1,2000})", re.I)
IS_INDEX = re.compile(r"<(?:\w+:)?sitemapindex\b", re.I)
GZIP = b"\x1f\x8b"


def read_sitemap(fetcher: Fetcher, url: str) -> Iterator[str]:
    """Yield the addresses of a sitemap and of those that it names; raise NotFetched where the first cannot be had."""
    waiting, seen = [url], {url}
    while waiting:
        current = waiting.pop(0)
        try:
            text = _fetch(fetcher, current)
        except NotFetched:
            if current == url:
                raise
            continue
        found = [html.unescape(each) for each in LOCATION.findall(text)]
        if not IS_INDEX.search(text[:2_000]):
            yield from found
            continue
        for named in found[: fetcher.rules.sitemaps]:
            if named not in seen and len(seen) <= fetcher.rules.sitemaps:
                seen.add(named)
                waiting.append(named)


def _fetch(fetcher: Fetcher, url: str) -> str:
    content = fetcher.fetch(url, Validators(), fetcher.rules.sitemap_bytes).content
    if content.startswith(GZIP):
        try:
            content = zlib.decompressobj(wbits=31).decompress(content, fetcher.rules.sitemap_bytes)
        except zlib.error:
            raise NotFetched("broken", "the sitemap is damaged") from None
    return decode(content) or ""
