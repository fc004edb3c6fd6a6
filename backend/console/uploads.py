"""Files come up in slices, so that a large one keeps no visitor's answer waiting.

A form of files is read within the worker's loop; between two slices the others have their turn. Three forms of 50 MB
keep gevent's loop for seconds where they are read at once, and for hundredths of a second in slices.
"""

from __future__ import annotations

from typing import IO

import gevent
from flask import Request

MOST_FORM = 1024 * 1024  # bytes of a form without files
MOST_UPLOAD = 64 * 1024 * 1024  # bytes of one with files
SLICE = 32 * 1024


class InSlices:
    """A request's body that is read a slice at a time, whatever is asked of it."""

    def __init__(self, body: IO[bytes]) -> None:
        self._body = body

    def read(self, size: int = -1) -> bytes:
        gevent.sleep(0)
        return self._body.read(SLICE if size < 0 or size > SLICE else size)

    def readline(self, size: int = -1) -> bytes:
        gevent.sleep(0)
        return self._body.readline(SLICE if size < 0 or size > SLICE else size)


def allow_body(request: Request, *, has_files: bool) -> None:
    """Let a form be as large as its kind may be; call it before the form is read."""
    request.max_content_length = MOST_UPLOAD if has_files else MOST_FORM
    request.max_form_memory_size = MOST_FORM
    if has_files:
        request.environ["wsgi.input"] = InSlices(request.environ["wsgi.input"])


def read_in_slices(stream: IO[bytes]) -> bytes:
    """Return what a form's file holds; others have their turn meanwhile."""
    pieces = []
    while piece := stream.read(SLICE):
        pieces.append(piece)
        gevent.sleep(0)
    return b"".join(pieces)
