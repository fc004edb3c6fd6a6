"""Numbers of many workers as one: each counts in files of its own, and whoever is asked adds them up.

prometheus_client decides when it is first imported, by PROMETHEUS_MULTIPROC_DIR, which `gunicorn.conf.py` sets for more
than one worker. With one worker there are no files.
"""

from __future__ import annotations

import os
from pathlib import Path

import structlog
from prometheus_client import CollectorRegistry, values
from prometheus_client.multiprocess import MultiProcessCollector

FILE_BYTES = 1_048_576  # some thousands of numbers; the library doubles a file that is full
KINDS = ("counter", "histogram", "gauge_livemostrecent")

log = structlog.get_logger("telemetry")


def make_room(folder: Path | None) -> None:
    """Fill this worker's files before they are used; where the disk is full, let it count in memory."""
    if folder is None or values.ValueClass is values.MutexValue:
        return
    try:
        for kind in KINDS:
            with (folder / f"{kind}_{os.getpid()}.db").open("ab") as file:
                os.posix_fallocate(file.fileno(), 0, FILE_BYTES)
    except OSError as problem:
        log.warning("metrics.counted_alone", problem=str(problem))
        values.ValueClass = values.MutexValue


def registry_of_all(folder: Path | None) -> CollectorRegistry | None:
    """Return what adds up the workers' numbers; None where there is one worker, or this one counts alone."""
    if folder is None or values.ValueClass is values.MutexValue:
        return None
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]
    return registry
