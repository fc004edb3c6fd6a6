"""The tokens of tools. Only the hash of a token is kept; one of somebody who was removed does not count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, insert, or_, select, update

from backend.domain.accounts import ApiToken, Person, Scope, is_scope
from backend.store.account_tables import api_token, api_token_site, person
from backend.store.database import Database


class StoredApiTokens:
    """Implements ApiTokenBook."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def add(self, token_hash: str, token: ApiToken) -> ApiToken:
        row = {
            "hash": token_hash,
            "person_id": token.person_id,
            "name": token.name,
            "begins": token.begins,
            "scopes": " ".join(sorted(token.scopes)),
            "is_for_all_sites": token.sites is None,
            "created_at": token.created_at,
            "until": token.until,
        }
        with self._database.writing() as connection:
            added = connection.execute(insert(api_token).values(row).returning(api_token)).one()
            if token.sites:
                rows = [{"token_id": added.id, "site_id": site_id} for site_id in sorted(token.sites)]
                connection.execute(insert(api_token_site), rows)
        return _token(added, token.sites or frozenset())

    def token(self, token_hash: str) -> ApiToken | None:
        return next(iter(self._read(self._counting().where(api_token.c.hash == token_hash))), None)

    def tokens(self, who: Person | None = None) -> Sequence[ApiToken]:
        wanted = self._counting().order_by(api_token.c.id.desc())
        return self._read(wanted if who is None else wanted.where(api_token.c.person_id == who.id))

    def see(self, token: ApiToken) -> None:
        with self._database.writing() as connection:
            connection.execute(update(api_token).where(api_token.c.id == token.id).values(used_at=self._now()))

    def end(self, token_id: int) -> bool:
        with self._database.writing() as connection:
            return connection.execute(delete(api_token).where(api_token.c.id == token_id)).rowcount == 1

    def _counting(self) -> Select[Any]:
        joined = api_token.join(person, person.c.id == api_token.c.person_id)
        is_in_time = or_(api_token.c.until.is_(None), api_token.c.until > self._now())
        return select(api_token).select_from(joined).where(person.c.removed_at.is_(None), is_in_time)

    def _read(self, wanted: Select[Any]) -> list[ApiToken]:
        sites: defaultdict[int, set[int]] = defaultdict(set)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
            theirs = select(api_token_site).where(api_token_site.c.token_id.in_([row.id for row in rows]))
            for row in connection.execute(theirs):
                sites[row.token_id].add(row.site_id)
        return [_token(row, frozenset(sites[row.id])) for row in rows]


def _token(row: Row[Any], sites: frozenset[int]) -> ApiToken:
    scopes: frozenset[Scope] = frozenset(filter(is_scope, row.scopes.split()))
    return ApiToken(
        id=row.id,
        person_id=row.person_id,
        name=row.name,
        begins=row.begins,
        scopes=scopes,
        sites=None if row.is_for_all_sites else sites,
        created_at=row.created_at,
        used_at=row.used_at,
        until=row.until,
    )
