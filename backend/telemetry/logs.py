"""Logs: one JSON object a line on standard error. An event is named `room.happened`."""

from __future__ import annotations

import contextlib
import logging
import sys
from typing import TextIO

import structlog


class SteadyStream:
    """A stream whose lines are lost where they cannot be written: no answer breaks because a log's disk is full."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        with contextlib.suppress(OSError):
            self._stream.write(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self._stream.flush()


def set_up_logs(level: str) -> None:
    """Write our logs as JSON lines from this level on; call once in a process."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(SteadyStream(sys.stderr)),  # type: ignore[arg-type]  # all it needs
        cache_logger_on_first_use=True,
    )
