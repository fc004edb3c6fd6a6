"""The database as the rest of the house knows it: its books and a pulse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError

from backend.domain.errors import Busy, CannotKeep
from backend.store import tables
from backend.store.approved_book import StoredApproved
from backend.store.audit_book import StoredAudit
from backend.store.case_book import StoredCases
from backend.store.crawl_book import StoredCrawls
from backend.store.database import Database, insert_into
from backend.store.draft_book import StoredDrafts
from backend.store.evidence_book import StoredEvidence
from backend.store.factor_book import StoredFactors
from backend.store.fault_book import StoredFaults
from backend.store.gap_book import StoredGaps
from backend.store.identity_book import StoredIdentities
from backend.store.item_book import StoredItems
from backend.store.job_book import StoredJobs
from backend.store.key_check import KeyChecks
from backend.store.letter_book import StoredLetters
from backend.store.link_book import StoredLinks
from backend.store.live_book import StoredLive
from backend.store.migration import is_at_head
from backend.store.number_book import StoredNumbers
from backend.store.passage_book import StoredPassages
from backend.store.people_book import StoredPeople
from backend.store.session_book import StoredSessions
from backend.store.sighting_book import StoredSightings
from backend.store.site_book import StoredSites
from backend.store.site_keys import SiteKeys
from backend.store.token_book import StoredApiTokens
from backend.store.trace_book import StoredTraces
from backend.store.try_book import StoredTries
from backend.store.turn_book import StoredTurnBook
from backend.store.version_book import StoredVersions
from backend.store.webhook_book import StoredWebhooks

READY_WITHIN_S = 1.0
LOCKED = "the database is locked by another process"
NOT_MIGRATED = "the database needs `migrate`"
UNUSABLE = "the database cannot be used, or needs `migrate`"


def _now() -> datetime:
    return datetime.now(UTC)


class Store:
    """Open one in each worker, after gevent has patched it; `close` it at the end. The tables must be there."""

    def __init__(self, database: Database, data_key: bytes, now: Callable[[], datetime] = _now) -> None:
        keys = SiteKeys(data_key)
        self._database = database
        self._now = now
        self.key_checks = KeyChecks(database, data_key, now)
        self.sites = StoredSites(database, keys, now)
        self.passages = StoredPassages(database, now)
        self.crawls = StoredCrawls(database, now)
        self.identities = StoredIdentities(database, keys, now)
        self.jobs = StoredJobs(database, now)
        self.cases = StoredCases(database, keys, now)
        self.sightings = StoredSightings(database, keys, now)
        self.faults = StoredFaults(database, now)
        self.gaps = StoredGaps(database, keys, now)
        self.approved = StoredApproved(database, keys, now)
        self.evidence = StoredEvidence(database, keys, now)
        self.items = StoredItems(database, keys, now)
        self.numbers = StoredNumbers(database, now)
        self.drafts = StoredDrafts(database, keys, now)
        self.versions = StoredVersions(database)
        self.traces = StoredTraces(database, keys, now)
        self.book = StoredTurnBook(database, keys, now)
        self.people = StoredPeople(database, now)
        self.factors = StoredFactors(database, data_key)
        self.sessions = StoredSessions(database, now)
        self.links = StoredLinks(database, self.people, now)
        self.tries = StoredTries(database, now)
        self.api_tokens = StoredApiTokens(database, now)
        self.live = StoredLive(database, keys, now)
        self.webhooks = StoredWebhooks(database, keys, now)
        self.letters = StoredLetters(database, data_key, now)
        self.audit = StoredAudit(database, data_key, now)

    @classmethod
    def open(cls, url: str, data_key: bytes, now: Callable[[], datetime] = _now) -> Store:
        """Return the store at this URL; raise SettingsError for a URL or a database that we cannot use."""
        return cls(Database(url), data_key, now)

    def problem(self) -> str | None:
        """Return what keeps the database from being used, for an operator; None where nothing does.

        It can be used when a row can be written within a second and the tables are those that this code knows.
        """
        try:
            with self._database.reading() as connection:
                if not is_at_head(connection):
                    return NOT_MIGRATED
            self._beat()
        except CannotKeep as trouble:
            return trouble.detail
        except Busy:
            return LOCKED
        except SQLAlchemyError:
            return UNUSABLE
        return None

    def leave_log(self) -> None:
        """Let no write wait until SQLite's log is moved into its file: a thread calls `move_log` now and then."""
        self._database.leave_log()

    def move_log(self) -> None:
        self._database.move_log()

    def close(self) -> None:
        self.book.end_late_ones()
        self._database.close()

    def _beat(self) -> None:
        beat = {"beaten_at": self._now()}
        with self._database.writing(READY_WITHIN_S) as connection:
            adding = insert_into(connection, tables.heartbeat).values(id=1, **beat)
            connection.execute(adding.on_conflict_do_update(index_elements=["id"], set_=beat))
        self.book.end_late_ones()
        if self._database.has_log_to_truncate:
            self._database.truncate_log()
