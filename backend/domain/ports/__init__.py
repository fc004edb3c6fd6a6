"""Where siblings meet: what a room needs from outside itself, as protocols, one file for each party.

This is the door: others import from here alone. `app` picks the real parts.
"""

from __future__ import annotations

from backend.domain.ports.accounts import (
    ApiTokenBook,
    AuditBook,
    FactorBook,
    LinkBook,
    Passwords,
    PersonBook,
    SessionBook,
    TryBook,
)
from backend.domain.ports.approved import ApprovedBook, FindsApproved
from backend.domain.ports.cases import Asker, CaseBook, Judge
from backend.domain.ports.checks import InjectionDetector, PageScreen, PersonalDataFinder
from backend.domain.ports.clock import Clock, Spawn
from backend.domain.ports.crawls import CrawlBook
from backend.domain.ports.faults import FaultBook
from backend.domain.ports.gaps import GapBook
from backend.domain.ports.items import ItemBook
from backend.domain.ports.jobs import JobBook
from backend.domain.ports.knowledge import Embedder, Embedders, Library, PassageBook
from backend.domain.ports.live import LiveBook
from backend.domain.ports.models import Answer, Answerer, Breaker, LanguageModel, RetryBudget
from backend.domain.ports.numbers import NumberBook
from backend.domain.ports.outgoing import Inbox, LetterBook, Mailer, Poster, WebhookBook
from backend.domain.ports.progress import Progress
from backend.domain.ports.sightings import SightingBook
from backend.domain.ports.sites import IdentityBook, SiteBook
from backend.domain.ports.turn_log import Outlet, TurnLog
from backend.domain.ports.turns import EvidenceBook, TraceBook, TurnBook, TurnKeeper, TurnObserver
from backend.domain.ports.versions import DraftBook, VersionBook

__all__ = [
    "Answer",
    "Answerer",
    "ApiTokenBook",
    "ApprovedBook",
    "Asker",
    "AuditBook",
    "Breaker",
    "CaseBook",
    "Clock",
    "CrawlBook",
    "DraftBook",
    "Embedder",
    "Embedders",
    "EvidenceBook",
    "FactorBook",
    "FaultBook",
    "FindsApproved",
    "GapBook",
    "IdentityBook",
    "Inbox",
    "InjectionDetector",
    "ItemBook",
    "JobBook",
    "Judge",
    "LanguageModel",
    "LetterBook",
    "Library",
    "LinkBook",
    "LiveBook",
    "Mailer",
    "NumberBook",
    "Outlet",
    "PageScreen",
    "PassageBook",
    "Passwords",
    "PersonBook",
    "PersonalDataFinder",
    "Poster",
    "Progress",
    "RetryBudget",
    "SessionBook",
    "SightingBook",
    "SiteBook",
    "Spawn",
    "TraceBook",
    "TryBook",
    "TurnBook",
    "TurnKeeper",
    "TurnLog",
    "TurnObserver",
    "VersionBook",
    "WebhookBook",
]
