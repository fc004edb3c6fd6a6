"""Where the frames of running turns are kept: beside the database, or in Redis."""

from __future__ import annotations

from functools import partial

from backend.app.secrets import TURN_LOG_PLACE, turn_log_cipher
from backend.settings import Settings
from backend.wire.frame_store import FrameStore
from backend.wire.sqlite_frame_store import SqliteFrameStore


def open_frame_store(settings: Settings) -> FrameStore:
    """Return where running turns are kept for other workers and for the next start."""
    cipher = turn_log_cipher(settings.data_key)
    seal, unseal = partial(cipher.seal, place=TURN_LOG_PLACE), partial(cipher.open, place=TURN_LOG_PLACE)
    if settings.redis_url is None:
        return SqliteFrameStore(settings.data_dir / "turn_log.sqlite3", seal, unseal)
    from backend.wire.redis_frame_store import RedisFrameStore  # one worker needs no Redis

    return RedisFrameStore(settings.redis_url, seal, unseal)
