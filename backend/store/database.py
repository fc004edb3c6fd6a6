"""Connections and transactions, the same to callers on SQLite and PostgreSQL.

Rules:
1. A write to SQLite begins with BEGIN IMMEDIATE, so a lock is met at the begin, where waiting is safe, and never
   in the middle of a transaction.
2. We wait for SQLite's lock in Python and not inside SQLite: its own waiting would freeze every stream of a gevent
   worker, while `time.sleep` gives way to them.
3. One writer at a time in a process: the others queue in memory instead of fighting for the file.
4. What SQLite's log holds goes into the file by waiting for the disk, milliseconds at best. A worker, whose streams
   would wait as well, leaves that to a thread (`leave_log`, `move_log`).
5. A lock passes, and is waited for. A full disk, a file that may only be read and a server that is away do not pass by
   waiting: they are said at once (CannotKeep), by name and without the statement, which holds what visitors wrote.
"""

from __future__ import annotations

import random
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Executable,
    NullPool,
    QueuePool,
    Table,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from backend.domain.data_dir import make_private_file
from backend.domain.errors import Busy, CannotKeep, SettingsError

Item = TypeVar("Item")

LOCK_TIMEOUT_S = 10.0
TRUNCATE_TIMEOUT_S = 2.0
CANNOT_WRITE_S = 10
FIRST_PAUSE_S = 0.005
LONGEST_PAUSE_S = 0.1
BUSY_TIMEOUT_MS = 10
MOVED_FROM_WRITES = 300  # to SQLite's log, some 30 MB
MOVED_AFTER_S = 10.0  # at most so long nothing of it is moved
STATEMENTS_KEPT = 256  # by the driver, ready to be run again
POOL_SIZE, POOL_OVERFLOW = 10, 6  # connections of a worker to PostgreSQL
ASKING_POOL_SIZE = 4  # and those for single statements, each of which is busy for less than a millisecond
SERVER_TROUBLE = "its server cannot be reached, or is in trouble; our log says what it said"
OLDEST_SQLITE = (3, 35)  # the first with RETURNING
TROUBLES = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "its file may only be read",
    sqlite3.SQLITE_CANTOPEN: "its file cannot be opened",
    sqlite3.SQLITE_IOERR: "the disk fails, or takes no more",
    sqlite3.SQLITE_CORRUPT: "its file is damaged",
    sqlite3.SQLITE_NOTADB: "its file is damaged",
}


class Database:
    """An engine with our transactions; `is_pooled` False opens a connection for each use and keeps none."""

    def __init__(self, url: str, *, timeout_s: float = LOCK_TIMEOUT_S, is_pooled: bool = True) -> None:
        self.url = read_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.timeout_s = timeout_s
        self._leaves_log = False
        prepared = partial(_sqlite_engine, prepare=self._prepare_sqlite) if self.is_sqlite else _postgresql_engine
        self.engine = prepared(self.url, is_pooled)
        # Single statements need no BEGIN and COMMIT of their own, which are two round trips to a server.
        self._reading_engine = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._asking_engine = self.engine if self.is_sqlite else _asking_engine(self.url, is_pooled)
        self._one_writer = threading.Lock()
        self._own: sqlite3.Connection | None = None
        self._keeps_own = is_pooled
        self.has_log_to_truncate = False
        self._said = ""
        self._writes = self._moved_writes = 0
        self._moved_at = 0.0

    def reading(self) -> AbstractContextManager[Connection]:
        """Return a connection to read from: one snapshot on SQLite, one for each statement on PostgreSQL."""
        return self._reading_sqlite() if self.is_sqlite else self._using_server(self._reading_engine.connect)

    def rows(self, statement: str, parameters: Mapping[str, object]) -> Sequence[Sequence[Any]]:
        """Return what one statement reads, which both databases spell alike, its parameters as `:name`.

        It goes to the driver as it is: what is asked for with every question costs a tenth so on SQLite, and a third on
        PostgreSQL.
        """
        return (self._rows_of_sqlite if self.is_sqlite else self._rows_of_server)(statement, parameters)

    def writing(self, timeout_s: float | None = None) -> AbstractContextManager[Connection]:
        """Return a connection whose changes are all kept, or none.

        Raise Busy when the lock cannot be had in time, CannotKeep where waiting would not help.
        """
        if not self.is_sqlite:
            return self._using_server(self.engine.begin)
        return self._writing_sqlite(self.timeout_s if timeout_s is None else timeout_s)

    def leave_log(self) -> None:
        """Let no writer move SQLite's log into its file any more: whoever calls this calls `move_log` now and then."""
        if self.is_sqlite:
            self._leaves_log = True
            self._close_own()
            self.engine.dispose()  # connections that are opened anew leave it

    def move_log(self) -> None:
        """Move what SQLite's log holds into its file, where that is due: from a thread, which alone waits.

        The next writer waits for the disk once, to begin the log anew, so it is not done after every write.
        """
        if self.has_log_to_truncate and self._leaves_log:
            self._truncate_at_last()
        writes, now = self._writes, time.monotonic()
        is_due = writes >= self._moved_writes + MOVED_FROM_WRITES or now >= self._moved_at + MOVED_AFTER_S
        if not self._leaves_log or writes == self._moved_writes or not is_due:
            return
        with suppress(sqlite3.Error), closing(sqlite3.connect(self.url.database or "", isolation_level=None)) as own:
            own.execute("PRAGMA wal_checkpoint(PASSIVE)")
            self._moved_writes, self._moved_at = writes, now

    def _truncate_at_last(self) -> None:
        """Empty the log, if nobody reads an older state any more, for an erasure that could not wait for them."""
        self.has_log_to_truncate, is_left = False, True  # first: an erasure that comes meanwhile says so again
        with suppress(sqlite3.Error), closing(sqlite3.connect(self.url.database or "", isolation_level=None)) as own:
            own.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
            is_left = bool(own.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0])
        if is_left:
            self.has_log_to_truncate = True

    def truncate_log(self) -> bool:
        """Move SQLite's log into its file and empty it: what was deleted stands nowhere any more.

        Readers of an older state are waited for; where they take too long, the next call does it, or `move_log`.
        """
        if not self.is_sqlite:
            return True
        deadline = time.monotonic() + TRUNCATE_TIMEOUT_S
        with self._one_writer, self.engine.connect() as connection:
            while _driver(connection).execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                if time.monotonic() >= deadline:
                    self.has_log_to_truncate = True
                    return False
                time.sleep(random.uniform(0, LONGEST_PAUSE_S))  # noqa: S311 - spreads writers, guards no secret
        self.has_log_to_truncate = False
        return True

    def close(self) -> None:
        self._close_own()
        self.engine.dispose()
        self._asking_engine.dispose()

    @contextmanager
    def _using_server(self, connect: Callable[[], AbstractContextManager[Connection]]) -> Iterator[Connection]:
        try:
            with connect() as connection:
                yield connection
        except OperationalError as problem:  # no connection, or a server whose disk is full
            self._say_once(str(problem.orig).partition("\n")[0])
            raise _cannot_keep(SERVER_TROUBLE) from problem
        self._said = ""

    def _rows_of_server(self, statement: str, parameters: Mapping[str, object]) -> Sequence[Sequence[Any]]:
        """Read on a connection that is not looked at before: where the server has ended those that lay idle, all are
        dropped, and the statement is read once more, which changes nothing."""
        trouble: type[Exception] = self._asking_engine.dialect.loaded_dbapi.OperationalError
        asked = _as_psycopg_spells_it(statement)
        try:
            found = self._ask_server(asked, parameters)
        except trouble:
            self._asking_engine.dispose()
            try:
                found = self._ask_server(asked, parameters)
            except trouble as problem:
                self._say_once(str(problem).partition("\n")[0])
                raise _cannot_keep(SERVER_TROUBLE) from problem
        self._said = ""
        return found

    def _ask_server(self, statement: str, parameters: Mapping[str, object]) -> Sequence[Sequence[Any]]:
        pooled = self._asking_engine.raw_connection()
        try:
            driver: Any = pooled.driver_connection
            found: Sequence[Sequence[Any]] = driver.execute(statement, parameters).fetchall()
        except BaseException:
            pooled.invalidate()  # it may be in the middle of an answer
            raise
        pooled.close()  # which gives it back
        return found

    def _say_once(self, trouble: str) -> None:
        """Write down what the server said: it names hosts, and is for nobody but the operator."""
        if trouble != self._said:
            import structlog  # reads much that most commands need for nothing else

            structlog.get_logger("store").error("store.server_in_trouble", said=trouble)
        self._said = trouble

    @contextmanager
    def _reading_sqlite(self) -> Iterator[Connection]:
        try:
            with self.engine.connect() as connection:
                retry_while_locked(lambda: _take_snapshot(connection), self.timeout_s)
                yield connection
        except (DBAPIError, sqlite3.DatabaseError) as problem:
            self._name_trouble(problem)
            raise

    def _rows_of_sqlite(self, statement: str, parameters: Mapping[str, object]) -> Sequence[Sequence[Any]]:
        """Read on a connection of this database's own, which has no transaction open between two statements."""
        found: list[Sequence[Any]] = []

        def read() -> None:
            # All rows at once: a statement that is not read to its end keeps an old state of the file alive.
            found[:] = self._own_connection().execute(statement, parameters).fetchall()

        try:
            retry_while_locked(read, self.timeout_s)
        except sqlite3.DatabaseError as problem:
            self._close_own()
            self._name_trouble(problem)
            raise
        if not self._keeps_own:
            self._close_own()
        return found

    def _own_connection(self) -> sqlite3.Connection:
        if self._own is None:
            self._own = sqlite3.connect(
                self.url.database or "",
                isolation_level=None,
                timeout=BUSY_TIMEOUT_MS / 1000,
                check_same_thread=False,  # one statement at a time: the driver itself sees to that
                cached_statements=STATEMENTS_KEPT,
            )
            self._prepare_sqlite(self._own, None)
        return self._own

    def _prepare_sqlite(self, connection: Any, _record: object) -> None:
        # WAL itself is kept in the file and set when it is migrated. In WAL mode NORMAL risks the last moments after a
        # power cut, never the file. What is deleted is overwritten.
        for pragma in ("synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")
        if self._leaves_log:
            connection.execute("PRAGMA wal_autocheckpoint=0")

    def _close_own(self) -> None:
        own, self._own = self._own, None
        if own is not None:
            own.close()

    def _name_trouble(self, problem: DBAPIError | sqlite3.DatabaseError) -> None:
        """Raise CannotKeep where the file is in trouble; connections that have met it are not used again.

        One that could only be opened for reading would go on refusing long after the file's mode was mended.
        """
        if trouble := trouble_of(problem):
            self._close_own()
            self.engine.dispose()
            raise _cannot_keep(trouble) from problem

    @contextmanager
    def _writing_sqlite(self, timeout_s: float) -> Iterator[Connection]:
        if not self._one_writer.acquire(timeout=timeout_s):
            raise _too_long(timeout_s)
        try:
            with self.engine.begin() as connection:
                retry_while_locked(lambda: begin_immediate(connection), timeout_s)
                yield connection
            self._writes += 1
        except (DBAPIError, sqlite3.DatabaseError) as problem:
            self._name_trouble(problem)
            raise
        finally:
            self._one_writer.release()


def read_url(url: str) -> URL:
    """Return a database URL with its driver; raise SettingsError for a database that we cannot use."""
    try:
        read = make_url(url)
    except ArgumentError:
        raise SettingsError("DATABASE_URL is not a database URL, such as sqlite:///data/deskbell.db") from None
    match read.get_backend_name():
        case "sqlite":
            if read.database in (None, "", ":memory:"):
                raise SettingsError("DATABASE_URL names no file: SQLite in memory cannot be shared or kept")
            if sqlite3.sqlite_version_info < OLDEST_SQLITE:
                raise SettingsError(f"this Python has SQLite {sqlite3.sqlite_version}; 3.35 or later is needed")
            return read.set(drivername="sqlite+pysqlite")
        case "postgresql" | "postgres":
            return read.set(drivername="postgresql+psycopg")
        case other:
            raise SettingsError(f"DATABASE_URL begins with {other}: only sqlite and postgresql are supported")


def retry_while_locked(attempt: Callable[[], object], timeout_s: float) -> None:
    """Try until SQLite's lock is free, with full jitter between tries; raise Busy after `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    longest = FIRST_PAUSE_S
    while True:
        try:
            attempt()
            return
        except sqlite3.OperationalError as error:
            if not _is_locked(error):
                raise
        if time.monotonic() >= deadline:
            raise _too_long(timeout_s)
        time.sleep(random.uniform(0, longest))  # noqa: S311 - spreads writers, guards no secret
        longest = min(longest * 2, LONGEST_PAUSE_S)


def trouble_of(problem: BaseException) -> str:
    """Return what ails the database that raised this, in words; nothing where the statement is at fault."""
    raised = problem.orig if isinstance(problem, DBAPIError) else problem
    return TROUBLES.get(getattr(raised, "sqlite_errorcode", 0) & 0xFF, "")  # the low byte is the kind


def begin_immediate(connection: Connection) -> None:
    _driver(connection).execute("BEGIN IMMEDIATE")


def insert_into(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that can say ON CONFLICT; both databases spell it alike, SQLAlchemy does not."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def kept_for_each_database(build: Callable[[Connection], Executable]) -> Callable[[Connection], Executable]:
    """Let a statement that the databases spell in their own ways be built once for each of them."""
    built: dict[str, Executable] = {}

    def kept(connection: Connection) -> Executable:
        dialect = connection.dialect.name
        if dialect not in built:
            built[dialect] = build(connection)
        return built[dialect]

    return kept


def insert_numbers(connection: Connection, table: Table, rows: Iterable[tuple[int, ...]]) -> None:
    """Insert very many rows of whole numbers, in the order of the table's columns, by the database's fastest way."""
    columns = ", ".join(table.columns.keys())
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(table.columns))
        _driver(connection).executemany(f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", rows)  # noqa: S608
        return
    with _driver(connection).cursor() as cursor, cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def in_batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield `items` in pieces small enough for one statement's parameters."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def _sqlite_engine(url: URL, is_pooled: bool, prepare: Callable[[Any, object], None]) -> Engine:
    make_private_file(Path(url.database or ""))
    # isolation_level None: the driver begins nothing by itself, we do.
    settings = {"isolation_level": None, "timeout": BUSY_TIMEOUT_MS / 1000}
    engine = create_engine(url, poolclass=QueuePool if is_pooled else NullPool, connect_args=settings)
    event.listen(engine, "connect", prepare)
    return engine


def _postgresql_engine(url: URL, is_pooled: bool) -> Engine:
    if not is_pooled:
        return create_engine(url, poolclass=NullPool)
    return create_engine(url, pool_size=POOL_SIZE, max_overflow=POOL_OVERFLOW, pool_pre_ping=True)


def _asking_engine(url: URL, is_pooled: bool) -> Engine:
    """Return an engine whose connections read single statements: nothing is begun, and so nothing rolled back."""
    if not is_pooled:
        return create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    return create_engine(
        url, pool_size=ASKING_POOL_SIZE, max_overflow=0, pool_reset_on_return=None, isolation_level="AUTOCOMMIT"
    )


@cache
def _as_psycopg_spells_it(statement: str) -> str:
    """Return a statement with its parameters as `%(name)s` where they stood as `:name`."""
    return re.sub(r"(?<!:):([a-z]\w*)", r"%(\1)s", statement.replace("%", "%%"))


def _take_snapshot(connection: Connection) -> None:
    driver = _driver(connection)
    if not driver.in_transaction:
        driver.execute("BEGIN")
    driver.execute("PRAGMA schema_version").fetchone()  # the first read is what can meet a lock


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _is_locked(error: sqlite3.OperationalError) -> bool:
    # The low byte is the kind; the rest tells kinds of BUSY apart.
    return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _cannot_keep(trouble: str) -> CannotKeep:
    return CannotKeep(f"the database cannot be used: {trouble}", retry_after_s=CANNOT_WRITE_S)


def _too_long(timeout_s: float) -> Busy:
    return Busy(f"another process has kept the database locked for {timeout_s:g} s", retry_after_s=5)
