"""A body that comes too slowly is given up, so that nobody keeps a place by sending a byte a minute."""

from __future__ import annotations

import io

import gevent
import pytest
from flask import Request

from backend.domain.errors import TooSlow
from backend.http.body import read_body


class Trickle(io.RawIOBase):
    """A client that sends the beginning and then nothing."""

    def __init__(self) -> None:
        self.has_begun = False

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        if self.has_begun:
            gevent.sleep(60)
        self.has_begun = True
        buffer[:1] = b"{"
        return 1

    def readable(self) -> bool:
        return True


def test_a_body_that_does_not_come_is_given_up() -> None:
    request = Request(
        {
            "REQUEST_METHOD": "POST",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": "100",
            "wsgi.input": io.BufferedReader(Trickle()),
        }
    )
    with pytest.raises(TooSlow, match="did not arrive"):
        read_body(request, patience_s=0.01)
