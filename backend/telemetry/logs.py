"""Logs: one JSON object a line on standard error. An event is named `room.happened`.

Fields are ids, counts, codes and durations, never the words of visitors or models. That holds for errors that nobody
foresaw too: their own text may quote what could not be handled, so what is written is their kind and where they arose.
"""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
import traceback
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any, TextIO

import structlog

MOST_PLACES = 20


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


def name_error(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put an error's kinds and places where its traceback would stand; the text of an error is nowhere."""
    met = event.pop("exc_info", None)
    error = met if isinstance(met, BaseException) else sys.exc_info()[1]
    if met and error:
        chain = list(errors_behind(error))
        event["error"] = [type(each).__name__ for each in chain]
        event["at"] = [place for each in chain for place in places_of(each)]
    return event


def errors_behind(error: BaseException) -> Iterator[BaseException]:
    """Yield the error, then what it came from, back to the first."""
    seen: set[int] = set()
    behind: BaseException | None = error
    while behind is not None and id(behind) not in seen:
        seen.add(id(behind))
        yield behind
        behind = behind.__cause__ or behind.__context__


def places_of(error: BaseException) -> list[str]:
    """Return where an error has passed, the place where it arose last."""
    return [
        f"{Path(frame.f_code.co_filename).name}:{line} {frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(error.__traceback__)
    ][-MOST_PLACES:]


def set_up_logs(level: str) -> None:
    """Write our logs as JSON lines from this level on; call once in a process."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            name_error,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(SteadyStream(sys.stderr)),  # type: ignore[arg-type]  # all it needs
        cache_logger_on_first_use=True,
    )
    threading.excepthook = lambda broken: tell_broken(broken.exc_value)


def tell_broken(error: BaseException | None) -> None:
    """Log what ended a thread or a greenlet: as a line like all others, since a traceback may quote a visitor."""
    if error is not None:
        structlog.get_logger("telemetry").error("telemetry.thread_broke", exc_info=error)
