"""The Flask app: its doors, and what stands on every response."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Flask, Response, current_app, g, jsonify, request

from backend.domain.errors import NotFound, OriginNotAllowed
from backend.http.addresses import limit_key
from backend.http.body import MOST_BYTES
from backend.http.headers import stand_on
from backend.http.limits import QuestionLimits
from backend.http.problems import meet_errors
from backend.web import chat, conversations, demo, health, sites, turns, widget
from backend.web.origins import allow, allow_preflight
from backend.web.parts import KEY, Parts, address_of_client, parts, question_limits

OPENAPI = Path(__file__).with_name("openapi.json")
API = "/v1/"
DESCRIBED = "openapi"  # of doors that others open on the app: paths and components


def create_app(behind: Parts) -> Flask:
    """Return the WSGI app with these parts behind its doors."""
    app = Flask("deskbell", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES + 1  # a body without a length is read no further, and told apart
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions[KEY] = behind
    app.extensions[f"{KEY}_limits"] = QuestionLimits(app, address_of_client, behind.redis_url, behind.workers)
    for room in (chat, turns, conversations, sites, widget, health, demo):
        app.register_blueprint(room.door)
    meet_errors(app, lambda *told: parts().refused(*told))
    app.before_request(answer_preflight)
    app.before_request(count_at_door)
    app.after_request(stand_on_every_response)
    app.add_url_rule("/openapi.json", "openapi", describe)
    return app


def describe() -> Response:
    """Return what this door and every other one that stands on the app can be asked."""
    described = json.loads(OPENAPI.read_text(encoding="utf-8"))
    for other in current_app.extensions.get(DESCRIBED, ()):
        described["paths"] |= other["paths"]
        for kind, named in other["components"].items():
            described["components"].setdefault(kind, {}).update(named)
    return jsonify(described)


def answer_preflight() -> Response | None:
    """Answer a browser that asks whether it may ask; None for every other request."""
    if request.method != "OPTIONS" or not request.path.startswith(API):
        return None
    if request.url_rule is None:
        raise NotFound
    origin = request.headers.get("Origin")
    response = Response(status=204)
    if origin is None:
        return response
    if not parts().may_read(origin):
        raise OriginNotAllowed(f"the origin {origin[:200]!r} is not one of any site's")
    return allow_preflight(response, origin)


def count_at_door() -> None:
    """Count a request at a door that has limits of its own; raise RateLimited over one of them."""
    question_limits().count_at_door(request.endpoint or "", limit_key(address_of_client()))


def stand_on_every_response(response: Response) -> Response:
    """Add what every response carries; a page is let in to read what its origin was let in to ask."""
    path, origin = request.path, request.headers.get("Origin")
    stand_on(response, path)
    if path.startswith(API):
        response.vary.add("Origin")
        if origin and not g.get("origin_is_refused") and parts().may_read(origin):
            allow(response, origin)
    return response
