"""robots.txt (RFC 9309) says which pages robots may read, and where the sitemaps are.

Rules: no robots.txt lets everything be read; one that cannot be had, because the server fails, lets nothing be read
until it can; it is asked for once a crawl and host.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from protego import Protego

from backend.knowledge.intake.crawl.fetching import Fetcher, Validators
from backend.knowledge.intake.crawl.refusal import NotFetched
from backend.knowledge.intake.formats.encoding import decode


@dataclass
class Robots:
    """The robots.txt of every host that a crawl comes to."""

    fetcher: Fetcher
    _read: dict[str, Protego] = field(default_factory=dict)

    def refuse_forbidden(self, url: str) -> None:
        """Raise NotFetched for an address that its site does not want read."""
        if not self._of(url).can_fetch(url, self.fetcher.rules.robots_name):
            raise NotFetched("robots", "robots.txt asks robots not to read it")

    def pause_s(self, url: str) -> float:
        """Return how long to wait between two requests to this host."""
        rules = self.fetcher.rules
        asked = self._of(url).crawl_delay(rules.robots_name) or 0.0
        return min(max(asked, rules.pause_seconds), rules.longest_pause_seconds)

    def sitemaps(self, url: str) -> list[str]:
        return list(self._of(url).sitemaps)[: self.fetcher.rules.sitemaps]

    def _of(self, url: str) -> Protego:
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc}"
        if place not in self._read:
            self._read[place] = Protego.parse(
                self._fetch(urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", "")))
            )
        return self._read[place]

    def _fetch(self, url: str) -> str:
        try:
            fetched = self.fetcher.fetch(url, Validators(), self.fetcher.rules.robots_bytes)
        except NotFetched as problem:
            if problem.code.startswith("status_4") and problem.code != "status_429":
                return ""
            if problem.may_pass:
                raise NotFetched("robots_unreachable", f"robots.txt cannot be had: {problem}", may_pass=True) from None
            raise
        return decode(fetched.content) or ""
