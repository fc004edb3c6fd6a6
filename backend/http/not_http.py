"""Bytes that are no HTTP are refused with a problem document, and logged by their kind alone.

It does not reach the app, so its answer is written here as bytes. What it said is repeated nowhere.
"""

from __future__ import annotations

from http import HTTPStatus
from socket import socket

import structlog
from gunicorn.http import errors  # type: ignore[import-untyped]

from backend.domain.errors import ChatError, Internal, InvalidRequest, TooLarge
from backend.http.headers import headers_for
from backend.http.problems import problem

log = structlog.get_logger("web")

OURS = (errors.InvalidResponseHeader, errors.InvalidResponseHeaderName)  # what we tried to send, in gunicorn's tree
TOO_LONG = (errors.LimitRequestLine, errors.LimitRequestHeaders)


def refuse_what_is_no_http(connection: socket, met: BaseException) -> None:
    """Answer with a problem document and the usual headers; the connection is closed by whoever called."""
    log.warning("web.no_http", kind=type(met).__name__, exc_info=None if is_theirs(met) else met)
    response = problem(error_for(met))
    headers = {**headers_for(""), "Content-Type": response.content_type, "Connection": "close"}
    body = response.get_data()
    lines = [
        f"HTTP/1.1 {response.status_code} {HTTPStatus(response.status_code).phrase}",
        *(f"{name}: {value}" for name, value in headers.items()),
        f"Content-Length: {len(body)}",
    ]
    try:
        connection.sendall("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)
    except OSError:
        return  # they have gone


def error_for(met: BaseException) -> ChatError:
    if isinstance(met, TOO_LONG):
        return TooLarge("the request's address or headers are too long")
    return InvalidRequest("this is no HTTP that we read") if is_theirs(met) else Internal()


def is_theirs(met: BaseException) -> bool:
    """Tell whether the request is at fault, and not we."""
    return isinstance(met, errors.ParseException) and not isinstance(met, OURS)
