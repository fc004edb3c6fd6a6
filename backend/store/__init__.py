"""What is kept: sites, what they know, and what was asked. The only importer of SQLAlchemy."""

from backend.store.migration import migrate, undo_migrations
from backend.store.store import Store

__all__ = ["Store", "migrate", "undo_migrations"]
