"""Takes every row of a site away, those first that point to others."""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, select

from backend.domain.errors import UnknownSite
from backend.domain.site import RemovedSite
from backend.store import tables


def remove_rows_of(connection: Connection, site_id: int) -> RemovedSite:
    """Remove the site with all that belongs to it; raise UnknownSite where it is gone already."""
    known = select(tables.site.c.id).where(tables.site.c.id == site_id).with_for_update()
    if connection.execute(known).one_or_none() is None:
        raise UnknownSite
    turn, conversation = tables.turn, tables.conversation
    turns = connection.execute(select(turn.c.id).where(turn.c.site_id == site_id)).scalars().all()
    counted = select(func.count()).select_from(conversation).where(conversation.c.site_id == site_id)
    conversations = connection.execute(counted).scalar_one()
    _remove_postings(connection, site_id)
    for table in reversed(tables.metadata.sorted_tables):
        if "site_id" in table.columns:
            connection.execute(delete(table).where(table.c.site_id == site_id))
    connection.execute(delete(tables.site).where(tables.site.c.id == site_id))
    return RemovedSite(conversations, tuple(turns))


def _remove_postings(connection: Connection, site_id: int) -> None:
    """Postings name no site: they go by the passages that they point to."""
    theirs = select(tables.passage.c.id).where(tables.passage.c.site_id == site_id)
    connection.execute(delete(tables.posting).where(tables.posting.c.passage_id.in_(theirs)))
