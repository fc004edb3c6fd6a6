"""Addresses of pages: one spelling for each, and whether a crawl goes there.

Rules: two spellings of one address are one page; what follows `#`, and what only says where a visitor came from, is no
part of it; an address with a user name in it, or of another kind than http and https, is none of ours.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from backend.knowledge.intake.crawl.refusal import NotFetched
from backend.knowledge.intake.crawl.rules import Rules
from backend.network.public import PORTS

LONGEST = 2_000
MOST_PARAMETERS = 8  # more are a calendar or a search without end
REPEATS = re.compile(r"(/[^/]+)(?:\1){3,}")  # /a/a/a/a: a site that links into itself


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a crawl may go: the host of its start, with `www.` or without, below a path."""

    host: str
    path: str = "/"

    def holds(self, url: str) -> bool:
        parts = urlsplit(url)
        return _without_www(parts.netloc) == _without_www(self.host) and (parts.path or "/").startswith(self.path)


def scope_of(start: str) -> Scope:
    """Return the scope of a start: its host, below its folder; all of the host for a sitemap."""
    parts = urlsplit(start)
    folder = "/" if is_sitemap(start) else (parts.path or "/").rpartition("/")[0] + "/"
    return Scope(parts.netloc, folder)


def is_sitemap(url: str) -> bool:
    return bool(re.search(r"\.xml(?:\.gz)?$", urlsplit(url).path, re.I))


def tidy_url(url: str, rules: Rules) -> str:
    """Return the one spelling of an address; raise NotFetched for one that no crawl goes to."""
    if len(url) > LONGEST or re.search(r"[\x00-\x20\x7f\\]", url):
        raise NotFetched("bad_address", "the address is too long or holds blanks")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (
            (parts.hostname or "").rstrip(".").encode("idna").decode()
            if ":" not in (parts.hostname or "")
            else f"[{parts.hostname}]"
        )
    except (ValueError, UnicodeError):
        raise NotFetched("bad_address", "the address cannot be read") from None
    scheme = parts.scheme.lower()
    if scheme not in PORTS or not host:
        raise NotFetched("bad_address", "the address begins with neither http:// nor https://")
    if parts.username is not None or parts.password is not None:
        raise NotFetched("bad_address", "the address holds a user name, which is not sent anywhere")
    place = host.lower() if port in (None, PORTS[scheme]) else f"{host.lower()}:{port}"
    asked = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name.lower() not in rules.tracking
    ]
    return urlunsplit((scheme, place, _tidy_path(parts.path), urlencode(asked), ""))


def leads_to_a_page(url: str, rules: Rules) -> bool:
    """Tell whether an address may hold text: not a picture, not a trap."""
    parts = urlsplit(url)
    ending = posixpath.splitext(parts.path)[1].lower()
    is_trap = parts.query.count("&") >= MOST_PARAMETERS or bool(REPEATS.search(parts.path))
    return ending not in rules.skipped and not is_trap


def _tidy_path(path: str) -> str:
    tidy = quote(path or "/", safe="/%:@!$&'()*+,;=~-._")
    tidy = re.sub(r"%[0-9a-f]{2}", lambda found: found[0].upper(), tidy, flags=re.I)
    kept: list[str] = []
    for part in tidy.split("/")[1:] if tidy.startswith("/") else tidy.split("/"):
        if part == "..":
            kept = kept[:-1]
        elif part != ".":
            kept.append(part)
    return "/" + "/".join(kept)


def _without_www(place: str) -> str:
    return place.lower().removeprefix("www.")
