"""The books of sites, knowledge and turns. The only importer of SQLAlchemy."""

from backend.store.encryption import Cipher, Place
from backend.store.migration import migrate
from backend.store.store import NOT_MIGRATED, Store

__all__ = ["NOT_MIGRATED", "Cipher", "Place", "Store", "migrate"]
