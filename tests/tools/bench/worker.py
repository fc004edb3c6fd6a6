"""The CPU that a gunicorn worker has used, read from the kernel."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

APPEARS_WITHIN_S = 30.0
CORES = sorted(os.sched_getaffinity(0))


def worker_of(master: int) -> int:
    """Return the process id of a gunicorn master's only worker, as soon as there is one."""
    deadline = time.monotonic() + APPEARS_WITHIN_S
    while time.monotonic() < deadline:
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        if children:
            return int(children[0])
        time.sleep(0.05)
    raise RuntimeError(f"gunicorn {master} has started no worker")


def workers_of(master: int) -> list[int]:
    """Return the process ids of all that a gunicorn master runs now."""
    return [int(child) for child in Path(f"/proc/{master}/task/{master}/children").read_text().split()]


def cpu_seconds(process: int) -> float:
    """Return the CPU time of all threads of a process, in seconds, to the nanosecond.

    From `schedstat`, since the clock of `/proc/PID/stat` counts hundredths of a second.
    """
    nanoseconds = 0
    for thread in Path(f"/proc/{process}/task").iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # a thread that has just ended
            nanoseconds += int((thread / "schedstat").read_text().split()[0])
    return nanoseconds / 1e9


def memory_mb(process: int) -> float:
    """Return the memory of a process, in megabytes."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def keep_apart(worker: int) -> bool:
    """Give the worker the last core and everything of ours that loads it the others; False on one core."""
    if len(CORES) < 2:
        return False
    for thread in Path(f"/proc/{worker}/task").iterdir():
        os.sched_setaffinity(int(thread.name), CORES[-1:])
    os.sched_setaffinity(0, CORES[:-1])  # and whatever we start from here on
    return True
