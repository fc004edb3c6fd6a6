"""Whether we are alive, and whether we can answer; and the numbers for Prometheus."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from backend.web.parts import parts

door = Blueprint("health", __name__)
SHUTTING_DOWN = ("shutting down",)


@door.get("/healthz")
def alive() -> Response:
    return Response("ok\n", content_type="text/plain; charset=utf-8")


@door.get("/readyz")
def ready() -> Response:
    problems = [*parts().problems(), *(SHUTTING_DOWN if parts().drain.has_begun else ())]
    notes = parts().notes()
    response = jsonify(ready=not problems, problems=problems, **({"notes": notes} if notes else {}))
    response.status_code = 503 if problems else 200
    if problems:
        response.headers["Retry-After"] = "5"
    return response


@door.get("/metrics")
def metrics() -> Response:
    text, content_type = parts().metrics()
    return Response(text, content_type=content_type)
