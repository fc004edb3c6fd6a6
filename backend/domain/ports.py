"""Where siblings meet: what a room needs from outside itself, as protocols. `app.py` alone picks the real parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from backend.domain.crawl import Crawl, CrawlPage, CrawlState
from backend.domain.events import Event
from backend.domain.knowledge import VISITOR, Document, Found, Passage, Quote, Reader
from backend.domain.reply import Reply, Source
from backend.domain.site import Site, SiteSettings
from backend.domain.turn import Opening, Outcome, PastTurn, Piece, Prompt, Stop


class SiteBook(Protocol):
    """The sites that exist (implemented by store)."""

    def site(self, key: str) -> Site:
        """Return the published site with this public key; raise UnknownSite."""

    def sites(self) -> Sequence[Site]:
        """Return every site, oldest first."""

    def find_by_name(self, name: str) -> Site | None: ...

    def create(self, settings: SiteSettings, key: str | None = None) -> Site:
        """Make and publish a site, with a new random key unless one is given."""

    def publish(self, site: Site, settings: SiteSettings) -> Site:
        """Publish these settings as the next version; return the same site when nothing has changed."""


class IdentityBook(Protocol):
    """The secrets with which sites vouch for their signed-in users (implemented by store); encrypted at rest."""

    def secrets(self, site: Site) -> Sequence[str]:
        """Return the secrets that count now, the newest first; none where the site vouches for nobody."""

    def rotate(self, site: Site) -> str:
        """Make a new secret and return it; the one before it still counts, older ones do not."""

    def turn_off(self, site: Site) -> None:
        """Forget every secret: from now on the site vouches for nobody."""


class Library(Protocol):
    """What sites know (implemented by knowledge)."""

    def search(
        self, site: Site, question: str, *, most: int = 5, before: Sequence[str] = (), reader: Reader = VISITOR
    ) -> Found:
        """Return at most `most` documents that are for this reader, each once with its best passage, best first.

        A question that leans on those before it in the conversation is read with them.
        """

    def quote(self, site: Site, question: str, found: Found) -> Quote:
        """Return the sentences of what was found that answer the question, word for word, in reading order."""

    def hosts(self, site: Site) -> Sequence[str]:
        """Return the web hosts on which the site's pages stand and to which they lead; protected pages are left out."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a document comes from.

    `source` is empty for the site's folder, `added` for what was added by hand, else the address where a crawl began;
    `file_digest` tells a file that has not changed since, without reading it.
    """

    source: str = ""
    file_digest: str = ""


@dataclass(frozen=True, slots=True)
class Cut:
    """A document as it is stored: its passages with the tokens of each field, ready to be indexed.

    Documents with one `fingerprint` say the same; one of them is found, and is the `twin` of the others, which have no
    passages.
    """

    document: Document
    passages: Sequence[CutPassage]
    origin: Origin = Origin()
    fingerprint: str = ""
    twin: str = ""
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """A document without its text: what a search keeps of every page. `hosts` are those of its address and links."""

    id: int
    key: str
    title: str
    characters: int
    hosts: tuple[str, ...]
    twin: str
    language: str = ""
    audience: tuple[str, ...] = ()
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Stocked:
    """What is known of a stored document without its text."""

    digest: str
    origin: Origin
    fingerprint: str
    twin: str


@dataclass(frozen=True, slots=True)
class CutPassage:
    """One passage before it has an id. `impacts` maps a stemmed term to its whole-number weight in this passage."""

    heading: str
    text: str
    impacts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class TermStatistics:
    """How often a site's terms occur: passages in all, and passages that hold each term asked for."""

    passages: int
    frequency: Mapping[str, int]


class PassageBook(Protocol):
    """Documents, passages and the posting table (implemented by store; the same answers on every database)."""

    def documents(self, site_id: int, *, with_twins: bool = True) -> Sequence[Document]:
        """Return every document of the site, ordered by key; or those alone that can be found."""

    def document(self, site_id: int, key: str) -> Document | None: ...

    def outlines(self, site_id: int, after: int, most: int) -> Sequence[Outline]:
        """Return the next documents with larger ids, ordered by id; a document that is replaced has a new one."""

    def document_ids(self, site_id: int) -> Sequence[int]:
        """Return the id of every document, in no order."""

    def passages_of(self, site_id: int, key: str) -> Sequence[Passage]:
        """Return a document's passages in reading order."""

    def stocked(self, site_id: int) -> Mapping[str, Stocked]:
        """Return what is known of each document, by its key."""

    def digests(self, site_id: int) -> Mapping[str, str]:
        """Return each document's key with the digest that it was stored under."""

    def put(self, site_id: int, cuts: Sequence[tuple[Cut, str]], gone: Sequence[str] = ()) -> None:
        """Add or replace these documents (each with its digest) and remove those in `gone`, in one transaction."""

    def note_files(self, site_id: int, file_digests: Mapping[str, str]) -> None:
        """Keep the digest of the file that each of these documents was read from; nothing else changes."""

    def revision(self, site_id: int) -> int:
        """Return a number that changes whenever the site's documents do."""

    def synonyms(self, site_id: int) -> Sequence[Sequence[str]]:
        """Return the site's own groups of words that stand for one another, as they were given."""

    def set_synonyms(self, site_id: int, groups: Sequence[Sequence[str]]) -> None:
        """Make these all the site's groups; raise UnknownSite."""

    def statistics(self, site_id: int, terms: Sequence[str]) -> TermStatistics: ...

    def vocabulary(self, site_id: int) -> Mapping[str, int]:
        """Return every term of the site with the number of passages that hold it."""

    def words(self, site_id: int, after: int, most: int) -> Sequence[tuple[int, str]]:
        """Return the next terms with larger ids, ordered by id; a term that is gone and comes back has a new one."""

    def held(self, site_id: int, terms: Sequence[str], passage_ids: Sequence[int]) -> Mapping[int, frozenset[str]]:
        """Return which of these terms each of these passages holds; those that hold none are left out."""

    def best(
        self, site_id: int, weights: Mapping[str, int], most: int, reader: Reader | None = None
    ) -> Sequence[tuple[Passage, int]]:
        """Return the passages with the highest sum of impact times weight; ties by passage id, integers only.

        With a reader, passages of documents that are not for this reader are left out before they are counted.
        """

    def meanings(self, site_id: int, passage_ids: Sequence[int]) -> Mapping[int, bytes]:
        """Return what is kept of the meaning of those of these passages of which something is."""

    def without_meaning(self, site_id: int, after: int, most: int) -> Sequence[Passage]:
        """Return passages with larger ids of whose meaning nothing is kept yet, ordered by id."""

    def keep_meanings(self, site_id: int, meanings: Mapping[int, bytes]) -> None:
        """Keep this of the meaning of these passages, as long as their words stay; those that are gone are left out."""


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near a question is in meaning to a passage and to its title, -1 to 1."""

    passage: float
    title: float


class Embedder(Protocol):
    """Compares texts by what they mean (implemented by knowledge, where an operator wants it; never required)."""

    def embed(self, passage: Passage) -> bytes:
        """Return what is kept of a passage's meaning and of its title's."""

    def compare(self, question: str, kept: Sequence[bytes]) -> Sequence[Nearness]:
        """Return how near a question is to each passage of which this was kept."""


class CrawlBook(Protocol):
    """The crawls of sites and their pages (implemented by store)."""

    def crawls(self, site_id: int | None = None) -> Sequence[Crawl]:
        """Return the crawls of a site, or of all sites, oldest first."""

    def open(self, site_id: int, start: str, every_hours: int | None) -> Crawl:
        """Return the site's crawl of this start, made where there is none; None leaves its schedule as it is."""

    def begin(self, crawl: Crawl) -> bool:
        """Begin a round, or go on with one that was stopped; False where another process is at it."""

    def keep_alive(self, crawl: Crawl) -> None:
        """Say that the round goes on, so that nobody else begins it."""

    def end(self, crawl: Crawl, state: CrawlState, note: str = "") -> None: ...

    def add_pages(self, crawl: Crawl, pages: Sequence[CrawlPage]) -> None:
        """Add the addresses that are not known yet, to be read in this round."""

    def waiting(self, crawl: Crawl, most: int) -> Sequence[CrawlPage]:
        """Return the next pages to read, nearest to the start first."""

    def settle(self, crawl: Crawl, pages: Sequence[CrawlPage]) -> None:
        """Keep what came of these pages."""

    def pages(self, crawl: Crawl) -> Sequence[CrawlPage]:
        """Return every page, ordered by its address."""

    def remove(self, crawl: Crawl) -> None:
        """Forget the crawl and its pages."""


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A turn as the visitor may see it again."""

    turn: str
    conversation: str
    question: str
    reply: Reply | None
    status: str  # streaming done stopped failed
    sources: tuple[Source, ...]
    stop_reason: str = ""
    notices: tuple[str, ...] = ()
    is_valid: bool = True
    is_flagged: bool = False
    usage: Mapping[str, object] = field(default_factory=dict)
    error: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True)
class TurnOwner:
    """Whose turn an id is: what the door compares before it shows or repeats anything."""

    turn: str
    site_id: int
    visitor: str
    conversation: str
    fingerprint: str
    was_anonymous: bool


@dataclass(frozen=True, slots=True)
class Handoff:
    """A visitor's wish to be answered by a person, at this address."""

    conversation: str
    email: str
    note: str


class TurnBook(Protocol):
    """What happened (implemented by store). Visitors' and models' words are encrypted at rest."""

    def begin(self, opening: Opening) -> None:
        """Keep the question before its first event goes out; makes the visitor and the conversation if new.

        A question that is sent again (`is_repeated`) takes the place of its own interrupted answer; raises
        TurnConflict for a turn that is there and was not interrupted.
        """

    def end(self, turn: str, outcome: Outcome) -> None:
        """Keep what the turn came to; raise Busy where that cannot be kept now."""

    def owner(self, turn: str) -> TurnOwner | None: ...

    def turn(self, site: Site, turn: str) -> StoredTurn | None: ...

    def history(self, site: Site, conversation: str, most: int) -> Sequence[PastTurn]:
        """Return the last finished turns, oldest first."""

    def conversation_owner(self, conversation: str) -> tuple[int, str] | None:
        """Return (site id, visitor) of a conversation, or None where there is none."""

    def conversation(self, site: Site, conversation: str) -> Sequence[StoredTurn]:
        """Return every turn, oldest first."""

    def erase_conversation(self, site: Site, conversation: str) -> Sequence[str]:
        """Erase it with all that hangs on it; return the ids of its turns."""

    def rate(self, site: Site, turn: str, rating: str, comment: str) -> None: ...

    def hand_over(self, site: Site, conversation: str, email: str, note: str) -> str:
        """Keep a visitor's wish for a person, sealed; return its id."""

    def handoffs(self, site: Site) -> Sequence[Handoff]:
        """Return every wish for a person at this site, the oldest first."""

    def end_interrupted(self, turns: Sequence[str]) -> None:
        """Mark turns that a dead process left behind."""

    def never_found(self, site: Site) -> Mapping[str, int]:
        """Return the documents that no question has found, by key, each with the number of questions since it came."""


class Answerer(Protocol):
    """Someone who can answer a prompt: a model of Claude's, or the embedded answerer (implemented by providers)."""

    def answer(self, prompt: Prompt, stop: Stop) -> Iterator[Piece]:
        """Yield text as it is written and, last, `Ended`; raise a Failure.

        An iterator that ends without `Ended` was cut off. When `stop` is asked the call is closed at once and the
        iterator ends early without an error: with `Stopped` where the call has cost something.
        """


@dataclass(frozen=True, slots=True)
class Permission:
    """Leave to ask a model once. A probe is the one call that tries whether a model that failed is back."""

    model: str
    is_probe: bool = False


class Breaker(Protocol):
    """Whether a model is worth asking just now (implemented by providers). Each permission is answered at most once."""

    def ask(self, model: str) -> Permission | None:
        """Return leave to ask the model now; None while it is known to fail."""

    def succeeded(self, permission: Permission) -> None: ...

    def failed(self, permission: Permission, *, opens_at_once: bool = False) -> None:
        """Count a failure; `opens_at_once` for one that every next call would meet too."""

    def state(self, model: str) -> str:
        """Return closed, half_open or open."""


class RetryBudget(Protocol):
    """How many retries the successes of late have earned (implemented by providers)."""

    def take(self) -> bool:
        """Take one retry; False where none is left."""

    def earn(self) -> None:
        """Count a success."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found in a text: `start` and `end` count its characters, `score` runs from 0 to 1."""

    kind: str
    start: int
    end: int
    score: float


class PersonalDataFinder(Protocol):
    """Finds personal data (implemented in ingress; a port, so that it can run beside the event loop)."""

    def find(self, text: str) -> Sequence[Finding]: ...


@dataclass(frozen=True, slots=True)
class Suspicion:
    """How much a text looks like an attack, from 0 to 1, and what was seen, as names for staff to read."""

    score: float
    families: tuple[str, ...] = ()


class InjectionDetector(Protocol):
    """Tells attempts to take the assistant over (implemented in ingress; the place for a detector from outside)."""

    def detect(self, text: str) -> Suspicion: ...


class PageScreen(Protocol):
    """Names what a page says where no reader sees it, such as orders in a code (implemented in ingress)."""

    def __call__(self, document: str) -> Sequence[str]: ...


class Witness(Protocol):
    """Who counts and writes down what happened, never the visitor's words (implemented by telemetry)."""

    def turn_ended(self, opening: Opening, outcome: Outcome) -> None: ...


@dataclass(frozen=True, slots=True)
class Batch:
    """The next frames for a reader, as bytes ready for the wire; `has_ended` when the terminal event is among them."""

    frames: bytes
    last_id: int
    has_ended: bool


class TurnLog(Protocol):
    """Every event of every running turn, numbered 1, 2, 3 …, kept until a while after the turn's end.

    Readers replay from a cursor and then follow. Where it cannot say what another process knows, it raises Busy.
    """

    def claim(self, turn: str) -> bool:
        """Take a turn id for this producer; False when it is already taken. Atomic."""

    def claim_again(self, turn: str) -> bool:
        """Take a turn that ended `interrupted`, dropping its events; False for every other turn. Atomic."""

    def earlier(self, turn: str) -> int:
        """Return the last number of the interrupted answer that this one takes the place of, 0 without one."""

    def release(self, turn: str) -> None:
        """Give a claim back because the question was refused; waiting readers are told that there is no turn."""

    def append(self, turn: str, event: Event) -> None: ...

    def knows(self, turn: str) -> bool: ...

    def last_id(self, turn: str) -> tuple[int, bool]:
        """Return the number of the last event so far, and whether it is terminal."""

    def may_come(self, turn: str, after: int) -> bool:
        """Tell whether a cursor beyond the last event can be true: the process that writes may be ahead of us."""

    def was_interrupted(self, turn: str) -> bool: ...

    def wait(self, turn: str, after: int, timeout_s: float) -> Batch | None:
        """Return what stands after `after`, waiting up to `timeout_s` for more; None when nothing came in time."""

    def nudge(self, turn: str) -> None:
        """Wake the turn's readers here, so that each may look whether it is still wanted."""

    def stop_of(self, turn: str) -> Stop:
        """Return the wish to stop that the turn's producer listens to."""

    def ask_to_stop(self, turn: str) -> None: ...

    def forget(self, turns: Sequence[str]) -> None:
        """Erase these turns' events everywhere."""

    def close(self) -> None:
        """Keep what is not kept yet, and share no more: the process ends."""

    def problem(self) -> str | None:
        """Return what keeps the log from being kept or shared, for an operator; None when nothing does."""


class Clock(Protocol):
    """Time, so that a test can hold it."""

    def now(self) -> float:
        """Return seconds since the epoch."""

    def monotonic(self) -> float: ...


Spawn = Callable[[Callable[[], None]], object]
