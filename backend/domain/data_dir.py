"""DATA_DIR: the folder of one running instance.

1. It is readable by its owner alone (0700), and so is every file in it (0600): keys and database lie side by side.
2. One server at a time holds it. The lock belongs to the process: it outlives `exec`, no child has it, and it ends with
   the process, however that ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from backend.domain.errors import SettingsError

FOLDER_MODE, FILE_MODE = 0o700, 0o600
FOR_OTHERS = 0o077
LOCK = "server.lock"
OURS = ("deskbell.sqlite3*", "turn_log.sqlite3*", "jobs.sqlite3*", "data_key", "secret_key", "metrics", LOCK)
MOST_NAMED = 3


def make_private_folder(folder: Path) -> list[str]:
    """Make the folder where it is missing; take from others what they could read of ours. Return what to warn of."""
    try:
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    except OSError as problem:
        raise SettingsError(f"DATA_DIR={folder} cannot be made: {problem.strerror}.") from problem
    ours = [path for pattern in OURS for path in folder.glob(pattern)]
    closed = [path.name for path in (folder, *ours) if _close_to_others(path)]
    return [f"DATA_DIR={folder}: others could read {_named(closed)}; we have closed it to them."] if closed else []


def what_others_can_read(folder: Path) -> list[str]:
    """Return what a start should warn of: what others can read in the folder, and is not ours to close."""
    left = [path.name for path in (folder, *_files_in(folder)) if is_open_to_others(path)]
    if not left:
        return []
    return [f"DATA_DIR={folder}: others can read {_named(left)}; take that right from them (chmod go=)."]


def make_private_file(path: Path) -> None:
    """Make an empty file that its owner alone can read, where there is none; who opens it next says what is wrong."""
    with contextlib.suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, FILE_MODE))


def is_open_to_others(path: Path) -> bool:
    try:
        return bool(_mode(path) & FOR_OTHERS)
    except OSError:
        return False  # gone meanwhile


def hold(folder: Path) -> None:
    """Keep other servers from this folder as long as this process lives; raise SettingsError where one is there."""
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, FILE_MODE)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        holder = os.read(descriptor, 20).decode("ascii", "replace").strip()
        os.close(descriptor)
        raise SettingsError(
            f"DATA_DIR={folder} is in use by another server (process {holder}). "
            "Give this one a DATA_DIR of its own, or end that one."
        ) from problem
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode())
    os.set_inheritable(descriptor, True)  # open for ever: closing it would end the lock


def _close_to_others(path: Path) -> bool:
    """Take every right of others away; False where there is none, or it is not ours to change."""
    try:
        found = path.stat()
        is_shared = bool(found.st_mode & stat.S_ISVTX)  # a folder such as /tmp
        if not found.st_mode & FOR_OTHERS or found.st_uid != os.geteuid() or is_shared:
            return False
        path.chmod(stat.S_IMODE(found.st_mode) & ~FOR_OTHERS)
    except OSError:
        return False
    return True


def _files_in(folder: Path) -> Iterator[Path]:
    with contextlib.suppress(OSError):
        yield from (path for path in folder.iterdir() if path.is_file() and not path.is_symlink())


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _named(names: list[str]) -> str:
    shown = ", ".join(names[:MOST_NAMED])
    return shown if len(names) <= MOST_NAMED else f"{shown} and {len(names) - MOST_NAMED} more"
