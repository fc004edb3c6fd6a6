"""A web site becomes documents, page by page, and stays what it is on the web.

Rules:
1. One request at a time, with a pause between two; robots.txt and the scope are asked before every hop.
2. What a round has settled stays settled: a crawl that was stopped or killed goes on where it was.
3. A page that has not changed is not sent again, and one that says the same is not written again.
4. A page that is gone from the web (404, 410), left the scope or does not want to be indexed is taken out; one that
   only fails for a while keeps its document.
5. A page has one address: where it names another one for itself (canonical), that one counts.
"""

from __future__ import annotations

import posixpath
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from backend.domain.crawl import Crawl, CrawlPage
from backend.domain.knowledge import Document
from backend.domain.ports import CrawlBook, PageScreen, PassageBook
from backend.knowledge.index import Change, put_change
from backend.knowledge.intake.crawl.addresses import Scope, is_sitemap, leads_to_a_page, scope_of, tidy_url
from backend.knowledge.intake.crawl.fetching import Fetched, Fetcher, Validators
from backend.knowledge.intake.crawl.refusal import NotFetched
from backend.knowledge.intake.crawl.robots import Robots
from backend.knowledge.intake.crawl.rules import Rules
from backend.knowledge.intake.crawl.sitemap import read_sitemap
from backend.knowledge.intake.formats.files import ENDINGS, Reading, SourceFile
from backend.knowledge.intake.formats.refusal import read_limits
from backend.knowledge.intake.separate_process import SeparateReading
from backend.knowledge.intake.suspicion import sees_nothing

PAGES_AT_ONCE = 10
GONE = frozenset({"status_404", "status_410", "out_of_scope", "robots"})  # for good, until they come back
LONGEST_ADDRESS = 500  # characters of a key


@dataclass(frozen=True, slots=True)
class Round:
    """The result of a round; `note` says why it did not finish."""

    settled: int
    written: int
    removed: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """The result of reading one page: its new state, its document, and the addresses it links to."""

    page: CrawlPage
    document: Document | None = None
    links: tuple[str, ...] = ()


def source_of(fetched: Fetched, rules: Rules) -> SourceFile:
    """Return an answer as a file, in the format that its server says, or else its address."""
    by_path = posixpath.splitext(urlsplit(fetched.url).path)[1].lower()
    is_open = fetched.kind in ("text/plain", "application/octet-stream") and by_path in ENDINGS
    ending = by_path if is_open else rules.kinds.get(fetched.kind, f".{fetched.kind.rpartition('/')[2]}")
    return SourceFile(fetched.url, ending, fetched.content, fetched.url, fetched.encoding)


def read_address(url: str, fetcher: Fetcher, reader: SeparateReading) -> Reading:
    """Return what one address gives, under the address that it has in the end; raise NotFetched where it gives nothing.

    robots.txt is not asked: a person has named this page.
    """
    fetched = fetcher.fetch(url, Validators(), read_limits().file_bytes)
    reading = reader.read(source_of(fetched, fetcher.rules))
    if reading.document is None:
        return reading
    return replace(reading, document=replace(reading.document, key=fetched.url, url=fetched.url))


@dataclass
class Crawler:
    """Reads one crawl of one site. `pause` waits so many seconds; a test passes its own.

    `tell` hears of each page that is settled, its number in the round, and how many known pages wait.
    """

    books: tuple[CrawlBook, PassageBook]
    fetcher: Fetcher
    language: str
    screen: PageScreen = sees_nothing
    pause: Callable[[float], None] = time.sleep
    tell: Callable[[CrawlPage, int, int], None] | None = None
    _last_request: dict[str, float] = field(default_factory=dict)
    _known: frozenset[str] = frozenset()

    def run(self, crawl: Crawl, *, most: int | None = None) -> Round:
        """Do one round, or what is left of one; raise NotFetched where not even the start can be read.

        The crawl must have begun (CrawlBook.begin). Ends the crawl in the book, whatever happens.
        """
        book = self.books[0]
        state, note = "failed", ""
        try:
            done = self._round(crawl, most or self.fetcher.rules.pages)
            state, note = ("stopped", done.note) if done.note else ("done", "")
            return done
        except KeyboardInterrupt:
            state, note = "stopped", "it was stopped; start it again to go on"
            raise
        except NotFetched as problem:
            note = str(problem)
            raise
        finally:
            book.end(crawl, state, note)  # type: ignore[arg-type]  # the three above

    def _round(self, crawl: Crawl, most: int) -> Round:
        book = self.books[0]
        scope, robots = scope_of(crawl.start), Robots(self.fetcher)
        book.add_pages(crawl, self._seeds(crawl, robots, scope))
        settled = written = failed_in_a_row = 0
        self._known = frozenset(self.books[1].stocked(crawl.site_id))
        with SeparateReading(screen=self.screen) as reader:
            while settled < most and (pages := book.waiting(crawl, min(PAGES_AT_ONCE, most - settled))):
                visits = []
                for page in pages:
                    visits.append(self._visit(page, scope, robots, reader))
                    settled += 1
                    failed_in_a_row = failed_in_a_row + 1 if visits[-1].page.state == "failed" else 0
                    if failed_in_a_row >= self.fetcher.rules.failures_in_a_row:
                        break
                    book.keep_alive(crawl)
                written += self._settle(crawl, visits, scope, settled)
                if failed_in_a_row >= self.fetcher.rules.failures_in_a_row:
                    return Round(settled, written, 0, f"the site fails: {visits[-1].page.why}; try again later")
        if book.waiting(crawl, 1):
            return Round(settled, written, 0, f"{most} pages were read, the most for once; start it again to go on")
        return Round(settled, written, self._take_out_gone(crawl))

    def _take_out_gone(self, crawl: Crawl) -> int:
        """Take out the documents that no page of the whole round gave; return how many.

        Not before its end: a page that has moved is found under its old address until it is under its new one.
        """
        given = {page.document for page in self.books[0].pages(crawl)}
        stocked = self.books[1].stocked(crawl.site_id)
        gone = [key for key, each in stocked.items() if each.origin.source == crawl.start and key not in given]
        put_change(self.books[1], crawl.site_id, Change(gone=sorted(gone)), self.language)
        return len(gone)

    def _seeds(self, crawl: Crawl, robots: Robots, scope: Scope) -> list[CrawlPage]:
        """Return where to begin: the start, or the addresses of its sitemap."""
        rules = self.fetcher.rules
        found = [] if is_sitemap(crawl.start) else [crawl.start]
        if is_sitemap(crawl.start):
            found += read_sitemap(self.fetcher, crawl.start)
        else:
            for sitemap in robots.sitemaps(crawl.start):
                if scope_of(sitemap).host == scope.host:
                    found += self._sitemap(sitemap)
        return self._pages(found, 0, scope)[: rules.pages]

    def _sitemap(self, url: str) -> list[str]:
        try:
            return list(read_sitemap(self.fetcher, url))
        except NotFetched:
            return []  # robots.txt names one that is not there: the links lead on all the same

    def _pages(self, urls: Sequence[str], depth: int, scope: Scope) -> list[CrawlPage]:
        """Return the pages that these addresses name and that a crawl goes to, each once."""
        rules, kept = self.fetcher.rules, {}
        for url in urls:
            try:
                tidy = tidy_url(url, rules)
            except NotFetched:
                continue
            if scope.holds(tidy) and leads_to_a_page(tidy, rules) and len(tidy) <= LONGEST_ADDRESS:
                kept[tidy] = CrawlPage(tidy, depth)
        return list(kept.values())

    def _visit(self, page: CrawlPage, scope: Scope, robots: Robots, reader: SeparateReading) -> Visit:
        """Return what a page gives; a failure is one of the things that it may give."""

        def may_go(url: str) -> None:
            if not scope.holds(url):
                raise NotFetched("out_of_scope", f"it leads to {url}, outside of what is crawled")
            robots.refuse_forbidden(url)
            self._wait_for_turn(url, robots)

        try:
            fetched = self._fetch(page, may_go)
        except NotFetched as problem:
            state = "gone" if problem.code in GONE else "failed" if problem.may_pass else "left_out"
            return Visit(replace(page, state=state, code=problem.code, why=str(problem)))  # type: ignore[arg-type]
        if fetched.url != page.url:
            moved = replace(page, state="gone", code="redirect", why=f"it leads to {fetched.url}")
            return Visit(moved, links=(fetched.url,))
        if not fetched.has_changed:
            return Visit(replace(page, state="unchanged", code="", why=""))
        return self._read(page, fetched, scope, reader)

    def _fetch(self, page: CrawlPage, may_go: Callable[[str], None]) -> Fetched:
        """Return the answer, trying again where that may help, and waiting as long as we are asked to."""
        rules = self.fetcher.rules
        before = Validators(page.etag, page.last_modified) if page.document in self._known else Validators()
        for tries in range(1, rules.tries + 1):
            try:
                return self.fetcher.fetch(page.url, before, read_limits().file_bytes, may_go)
            except NotFetched as problem:
                if not problem.may_pass or tries == rules.tries:
                    raise
                self.pause(min(max(problem.wait_s, rules.pause_seconds * 2**tries), rules.longest_pause_seconds))
        raise AssertionError("the loop returns or raises")

    def _read(self, page: CrawlPage, fetched: Fetched, scope: Scope, reader: SeparateReading) -> Visit:
        """Return the document of an answer, under the address that the page has for itself."""
        reading = reader.read(source_of(fetched, self.fetcher.rules))
        links = reading.links if reading.may_be_followed else ()
        own = self._own_address(reading, fetched, scope)
        if not reading.may_be_indexed:
            return Visit(replace(page, state="gone", code="noindex", why="it asks not to be indexed"), links=links)
        if own != fetched.url:
            gone = replace(page, state="gone", code="canonical", why=f"it calls itself {own}")
            return Visit(gone, links=(*links, own))
        if reading.document is None:
            code, why = reading.refused or "mistake", reading.sentence or reading.mistake
            return Visit(replace(page, state="left_out", code=code, why=why), links=links)
        document = replace(reading.document, key=fetched.url, url=fetched.url)
        settled = replace(
            page,
            state="written",
            etag=fetched.validators.etag,
            last_modified=fetched.validators.last_modified,
            document=document.key,
            code="",
            why="",
        )
        return Visit(settled, document, links)

    def _own_address(self, reading: Reading, fetched: Fetched, scope: Scope) -> str:
        """Return the address that a page names for itself, if that is one of the crawl's, else where it came from."""
        if not reading.canonical:
            return fetched.url
        named = self._pages([reading.canonical], 0, scope)
        return named[0].url if named else fetched.url

    def _settle(self, crawl: Crawl, visits: Sequence[Visit], scope: Scope, settled: int) -> int:
        """Put what was read into the books, documents first: a page is settled when it can be found."""
        book, passages = self.books
        stocked = passages.stocked(crawl.site_id)
        documents = {visit.document.key: visit.document for visit in visits if visit.document is not None}
        written = put_change(passages, crawl.site_id, Change(list(documents.values()), crawl.start), self.language)
        before, now = stocked, passages.stocked(crawl.site_id)
        pages = []
        for visit in visits:
            page = visit.page
            if page.state == "written" and before.get(page.document) == now.get(page.document):
                page = replace(page, state="unchanged")
            pages.append(replace(page, document="") if page.state in ("gone", "left_out") else page)
        deeper = [
            found
            for visit in visits
            if visit.page.depth < self.fetcher.rules.depth
            for found in self._pages(visit.links, visit.page.depth + 1, scope)
        ]
        book.add_pages(crawl, list({page.url: page for page in deeper}.values()))
        book.keep_pages(crawl, pages)
        waiting = sum(page.state == "waiting" for page in book.pages(crawl))
        for number, page in enumerate(pages, start=settled - len(pages) + 1):
            if self.tell is not None:
                self.tell(page, number, waiting)
        return written

    def _wait_for_turn(self, url: str, robots: Robots) -> None:
        """Wait until the host's pause since our last request to it is over."""
        host, now = urlsplit(url).netloc, self.fetcher.clock()
        last = self._last_request.get(host)
        if last is not None and (left := last + robots.pause_s(url) - now) > 0:
            self.pause(left)
        self._last_request[host] = self.fetcher.clock()
