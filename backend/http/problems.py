"""Errors before a stream begins, as `application/problem+json` (RFC 9457) with a stable `code`."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from flask import Flask, Response, g, has_request_context, json, request
from werkzeug.exceptions import HTTPException

from backend.domain.errors import (
    ChatError,
    Internal,
    InvalidRequest,
    MethodNotAllowed,
    NotFound,
    OriginNotAllowed,
    TooLarge,
    TooSlow,
)
from backend.domain.words import error_sentence, table

log = structlog.get_logger("web")

BY_STATUS: dict[int, type[ChatError]] = {400: InvalidRequest, 404: NotFound, 405: MethodNotAllowed, 413: TooLarge}


def problem(error: ChatError) -> Response:
    """Return the problem document of an error; `detail` names the field and the remedy where the room knew them."""
    said = error_sentence(error, language_of_browser())
    document: dict[str, object] = {
        "type": "about:blank",
        "title": said,
        "status": error.status,
        "code": error.code,
        "detail": error.detail or said,
        "retryable": error.retryable,
        **error.extra,
    }
    response = Response(json.dumps(document), error.status, content_type="application/problem+json")
    if error.retry_after_s is not None:
        response.headers["Retry-After"] = str(error.retry_after_s)
        document["retry_after"] = error.retry_after_s
        response.set_data(json.dumps(document))
    if isinstance(error, TooSlow):
        response.headers["Connection"] = "close"  # or the server would wait for the rest before the next request
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    response.headers["Cache-Control"] = "no-store"
    return response


def language_of_browser() -> str:
    """Return the language that the browser asks for first, of those that we speak; empty for none."""
    return request.accept_languages.best_match(table(), "") if has_request_context() else ""


def meet_errors(app: Flask, refused: Callable[[str, int, str], None]) -> None:
    """Answer every error of this app with a problem document; what nobody foresaw is logged, and not shown.

    `refused` hears of every refusal its code, its status and the door at which it was met.
    """

    @app.errorhandler(ChatError)
    def known(error: ChatError) -> Response:
        g.origin_is_refused = isinstance(error, OriginNotAllowed)
        refused(error.code, error.status, request.endpoint or "")
        return problem(error)

    @app.errorhandler(HTTPException)
    def of_http(error: HTTPException) -> Response:
        kind = BY_STATUS.get(error.code or 500, InvalidRequest if (error.code or 500) < 500 else Internal)
        answer = problem(kind(error.description if error.code != 404 else None))
        if allowed := getattr(error, "valid_methods", None):
            answer.headers["Allow"] = ", ".join(sorted(allowed))
        return answer

    @app.errorhandler(Exception)
    def unforeseen(error: Exception) -> Response:
        log.error("web.broke", exc_info=error)
        return problem(Internal())
