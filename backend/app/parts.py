"""The parts that commands, both doors and jobs share; each is opened when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from time import sleep
from typing import TYPE_CHECKING

from backend.app.asking import AloneAsker
from backend.app.drafts import PREFIX, LibraryAndDrafts
from backend.app.secrets import canary_of
from backend.domain.errors import SettingsError
from backend.domain.ports import (
    Answerer,
    ApiTokenBook,
    ApprovedBook,
    Asker,
    AuditBook,
    CaseBook,
    CrawlBook,
    DraftBook,
    Embedder,
    Embedders,
    EvidenceBook,
    FactorBook,
    FaultBook,
    FindsApproved,
    GapBook,
    IdentityBook,
    Inbox,
    ItemBook,
    JobBook,
    Judge,
    LanguageModel,
    LetterBook,
    Library,
    LinkBook,
    LiveBook,
    Mailer,
    NumberBook,
    PageScreen,
    PassageBook,
    Passwords,
    PersonalDataFinder,
    PersonBook,
    Poster,
    SessionBook,
    SightingBook,
    SiteBook,
    TraceBook,
    TryBook,
    TurnBook,
    VersionBook,
    WebhookBook,
)
from backend.domain.site import Models, Site
from backend.domain.turn import Model
from backend.outgoing.reply_addresses import conversation_in, reply_address
from backend.providers.models import find_model, read_table
from backend.settings import Settings
from backend.store import NOT_MIGRATED, Store

if TYPE_CHECKING:
    from backend.turn.ingress import Checks


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class House:
    """The parts that commands and the web share; each is opened when it is first asked for."""

    settings: Settings
    beside_the_loop: Callable[[Embedder], Embedder] | None = None  # where an event loop must not wait for it
    passwords_beside_the_loop: Callable[[Passwords, int, int], Passwords] | None = None
    rest: Callable[[float], None] = sleep  # between two reads of what a model writes
    time: Callable[[], datetime] = utc_now
    stop_turn: Callable[[str], None] | None = None  # in a worker, which has the log of running turns

    @cached_property
    def store(self) -> Store:
        store = Store.open(self.settings.database_url, self.settings.data_key, self.time)
        store.key_checks.refuse_other_data_key()
        return store

    @property
    def sites(self) -> SiteBook:
        return self.store.sites

    @property
    def identities(self) -> IdentityBook:
        return self.store.identities

    @property
    def passages(self) -> PassageBook:
        return self.store.passages

    @property
    def crawls(self) -> CrawlBook:
        return self.store.crawls

    @property
    def book(self) -> TurnBook:
        return self.store.book

    @property
    def jobs(self) -> JobBook:
        return self.store.jobs

    @property
    def traces(self) -> TraceBook:
        return self.store.traces

    @property
    def cases(self) -> CaseBook:
        return self.store.cases

    @property
    def sightings(self) -> SightingBook:
        return self.store.sightings

    @property
    def faults(self) -> FaultBook:
        return self.store.faults

    @property
    def gaps(self) -> GapBook:
        return self.store.gaps

    @property
    def approved(self) -> ApprovedBook:
        return self.store.approved

    @cached_property
    def find_approved(self) -> FindsApproved:
        """Who knows the questions that our team has answered, of sites and of their drafts."""
        from backend.services.find_approved import FindApproved

        return FindApproved(self.approved, self.asked_library, self.passages, self._live_of, self._english)

    def _live_of(self, site: Site) -> int:
        live = self.drafts.with_key(site.key) if site.key.startswith(PREFIX) else None
        return site.id if live is None else live

    @property
    def evidence(self) -> EvidenceBook:
        return self.store.evidence

    @property
    def items(self) -> ItemBook:
        return self.store.items

    @property
    def numbers(self) -> NumberBook:
        return self.store.numbers

    @property
    def webhooks(self) -> WebhookBook:
        return self.store.webhooks

    @property
    def live(self) -> LiveBook:
        return self.store.live

    @property
    def letters(self) -> LetterBook:
        return self.store.letters

    @property
    def public_url(self) -> str:
        return self.settings.public_url

    @property
    def sends_mail(self) -> bool:
        """Tell whether letters reach anybody: a mail server is set."""
        return self.settings.mail_server is not None

    @cached_property
    def poster(self) -> Poster:
        from backend.outgoing.posting import PublicPoster
        from backend.outgoing.rules import read_rules

        return PublicPoster(read_rules())

    @cached_property
    def mailer(self) -> Mailer | None:
        """Who hands letters in; None where no mail server is set."""
        from backend.outgoing.mailing import SmtpMailer
        from backend.outgoing.rules import read_rules

        server = self.settings.mail_server
        return None if server is None else SmtpMailer(server, read_rules())

    @cached_property
    def inbox(self) -> Inbox | None:
        """Where visitors answer our letters; None where none is configured."""
        from backend.outgoing.inbox import ImapInbox

        server = self.settings.inbox_server
        return None if server is None else ImapInbox(server)

    def reply_address(self, conversation: str) -> str:
        server = self.settings.mail_server
        if self.settings.inbox_server is None or server is None:
            return ""
        return reply_address(server.sender, conversation, self.settings.secret_key)

    def conversations_of(self, addresses: Sequence[str]) -> Sequence[str]:
        found = (conversation_in(each, self.settings.secret_key) for each in addresses)
        return list(dict.fromkeys(each for each in found if each))

    @cached_property
    def asker(self) -> Asker:
        """Who asks a question as a visitor would, and keeps nothing of it."""
        from backend.app.rooms import open_rooms  # most commands need no corridor

        return AloneAsker(open_rooms(self))

    @cached_property
    def judge(self) -> Judge | None:
        if self.language_model is None or self.model_finder is None:
            return None
        from backend.app.judging import ModelJudge

        return ModelJudge(self.language_model, self.model_finder)

    @cached_property
    def keeping_asker(self) -> Asker:
        from backend.app.rooms import open_rooms

        return AloneAsker(replace(open_rooms(self), book=self.book))

    @property
    def drafts(self) -> DraftBook:
        return self.store.drafts

    @property
    def versions(self) -> VersionBook:
        return self.store.versions

    @cached_property
    def in_draft(self) -> DraftedHouse:
        return DraftedHouse(self)

    @property
    def people(self) -> PersonBook:
        return self.store.people

    @property
    def factors(self) -> FactorBook:
        return self.store.factors

    @property
    def sessions(self) -> SessionBook:
        return self.store.sessions

    @property
    def links(self) -> LinkBook:
        return self.store.links

    @property
    def tries(self) -> TryBook:
        return self.store.tries

    @property
    def api_tokens(self) -> ApiTokenBook:
        return self.store.api_tokens

    @property
    def audit(self) -> AuditBook:
        return self.store.audit

    @cached_property
    def passwords(self) -> Passwords:
        """How passwords are kept and looked at."""
        from backend.accounts.passwords import ArgonPasswords
        from backend.accounts.rules import rules

        rule = rules().password
        own = ArgonPasswords(rule)
        beside = self.passwords_beside_the_loop
        return own if beside is None else beside(own, rule.at_once, rule.waiting)

    def forget_turns(self, turns: Sequence[str]) -> None:
        """Erase the events of these turns wherever running turns are kept."""
        from backend.app.frames import open_frame_store  # most commands need no gevent

        frames = open_frame_store(self.settings)
        frames.forget(turns)
        frames.close()

    def stop_turns(self, turns: Sequence[str]) -> None:
        """Stop these turns wherever they are being answered."""
        if turns and self.stop_turn is not None:
            for turn in turns:
                self.stop_turn(turn)
        elif turns:
            from backend.app.frames import open_frame_store

            frames = open_frame_store(self.settings)
            for turn in turns:
                frames.ask_to_stop(turn)
            frames.close()

    @property
    def _english(self) -> Embedder | None:
        """The embedder that compares questions with approved ones, whose tables are English."""
        return self.embedders.of("en") if self.embedders else None

    @cached_property
    def embedders(self) -> Embedders | None:
        """The embedders, None where the settings want none; raises SettingsError where that for English is missing."""
        if not self.settings.uses_embeddings:
            return None
        from backend.knowledge.index.embedders import open_embedders  # most need no numpy

        embedders = open_embedders(self.beside_the_loop or (lambda model: model))
        if embedders.missing:
            import structlog  # reads much that only those need who write a log

            structlog.get_logger("knowledge").warning("embeddings.english_only", reason=embedders.missing)
        return embedders

    @cached_property
    def knowledge(self) -> Library:
        from backend.knowledge.search import KnowledgeLibrary  # a third of what commands would read that search nothing

        return KnowledgeLibrary(self.store.passages, self.embedders)

    @cached_property
    def asked_library(self) -> Library:
        """The library that questions are answered from: of a site what is live, of a draft what it would be."""
        return LibraryAndDrafts(self.knowledge, self.in_draft.knowledge)

    @cached_property
    def answerer(self) -> Answerer:
        """The answerer that the settings choose: the embedded one, or Claude."""
        if self.language_model is None:
            from backend.providers.embedded import EmbeddedAnswerer

            return EmbeddedAnswerer(self.asked_library)
        from backend.turn.answering import schema
        from backend.turn.prompt import PromptedModel

        return PromptedModel(self.language_model, schema(), self.canary_of)

    @cached_property
    def language_model(self) -> LanguageModel | None:
        """Claude; None where the embedded answerer answers."""
        if self.settings.provider == "embedded":
            return None
        from backend.providers.claude import ClaudeAnswerer, connect  # its import costs a second

        client = connect(
            self.settings.provider,
            api_key=self.settings.anthropic_api_key,
            base_url=self.settings.anthropic_base_url,
        )
        return ClaudeAnswerer(client, self.settings.provider, rest=self.rest)

    @cached_property
    def checks(self) -> Checks:
        """The checks of a question before it is let in. Add a detector from elsewhere here (`Together`)."""
        from backend.turn.ingress import Checks
        from backend.turn.ingress.injection import InjectionModel
        from backend.turn.ingress.personal_data import PersonalData  # its import costs a second

        return Checks(PersonalData(), InjectionModel())

    @property
    def personal_data(self) -> PersonalDataFinder:
        return self.checks.personal_data

    @property
    def page_screen(self) -> PageScreen:
        """The screen that looks at each page as it is taken in."""
        from backend.turn.ingress.injection import hidden_orders

        return hidden_orders

    @cached_property
    def model_finder(self) -> Callable[[str, Models], Model] | None:
        """The function that looks a model up; None where no language model is configured."""
        if self.settings.provider == "embedded":
            return None
        table = read_table()
        return lambda model_id, chosen: find_model(model_id, table, chosen)

    def check_tables(self) -> None:
        """Raise SettingsError where the store is open and its tables are not those of this version."""
        if "store" in self.__dict__ and self.store.problem() == NOT_MIGRATED:
            raise SettingsError("the database is not up to date: run `python -m backend migrate`")

    def canary_of(self, site_id: int) -> str:
        return canary_of(self.settings.secret_key, site_id)

    def close(self) -> None:
        if "store" in self.__dict__:
            self.store.close()


class DraftedHouse:
    """The same parts, whose passages and library know drafts, too. Visitors are never answered from these."""

    def __init__(self, house: House) -> None:
        from backend.knowledge.index import DraftedPassages
        from backend.knowledge.search import KnowledgeLibrary

        self._house = house
        self.passages: PassageBook = DraftedPassages(house.passages, house.drafts)
        self.knowledge: Library = KnowledgeLibrary(self.passages, house.embedders)

    @property
    def sites(self) -> SiteBook:
        return self._house.sites

    @property
    def identities(self) -> IdentityBook:
        return self._house.identities

    @property
    def crawls(self) -> CrawlBook:
        return self._house.crawls

    @property
    def book(self) -> TurnBook:
        return self._house.book

    @property
    def jobs(self) -> JobBook:
        return self._house.jobs

    @property
    def traces(self) -> TraceBook:
        return self._house.traces

    @property
    def cases(self) -> CaseBook:
        return self._house.cases

    @property
    def sightings(self) -> SightingBook:
        return self._house.sightings

    @property
    def faults(self) -> FaultBook:
        return self._house.faults

    @property
    def gaps(self) -> GapBook:
        return self._house.gaps

    @property
    def approved(self) -> ApprovedBook:
        return self._house.approved

    @property
    def evidence(self) -> EvidenceBook:
        return self._house.evidence

    @property
    def items(self) -> ItemBook:
        return self._house.items

    @property
    def numbers(self) -> NumberBook:
        return self._house.numbers

    @property
    def webhooks(self) -> WebhookBook:
        return self._house.webhooks

    @property
    def live(self) -> LiveBook:
        return self._house.live

    @property
    def letters(self) -> LetterBook:
        return self._house.letters

    @property
    def asker(self) -> Asker:
        return self._house.asker

    @property
    def judge(self) -> Judge | None:
        return self._house.judge

    @property
    def keeping_asker(self) -> Asker:
        return self._house.keeping_asker

    @property
    def drafts(self) -> DraftBook:
        return self._house.drafts

    @property
    def versions(self) -> VersionBook:
        return self._house.versions

    @property
    def embedders(self) -> Embedders | None:
        return self._house.embedders

    @property
    def page_screen(self) -> PageScreen:
        return self._house.page_screen

    @property
    def in_draft(self) -> DraftedHouse:
        return self

    def forget_turns(self, turns: Sequence[str]) -> None:
        self._house.forget_turns(turns)
