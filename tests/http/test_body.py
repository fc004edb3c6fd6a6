"""A body that comes too slowly is given up, so that nobody keeps a place by sending a byte a minute."""

from __future__ import annotations

import io

import gevent
import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from backend.domain.errors import InvalidRequest, TooSlow
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


@pytest.mark.parametrize("deep", [15, 300, 1_100, 20_000])
@pytest.mark.parametrize("bracket", [("[", "]"), ('{"a":', "}")])
def test_a_body_in_a_hundred_brackets_is_refused(deep: int, bracket: tuple[str, str]) -> None:
    opens, closes = bracket
    body = f'{{"message": {opens * deep}{"1" if len(opens) > 1 else ""}{closes * deep}}}'[:65_000]
    request = Request(EnvironBuilder(method="POST", data=body, content_type="application/json").get_environ())
    if deep < 16:
        assert "message" in read_body(request)
        return
    with pytest.raises(InvalidRequest):
        read_body(request)
