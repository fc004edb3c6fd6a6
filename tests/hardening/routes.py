"""Every door of the product, and who may open it. A door that is not in this table fails the suites that walk it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace

from backend.web.app import create_app

PUBLIC, PRIVATE = "public", "private"


@dataclass(frozen=True)
class Door:
    """`path` is one that leads there. A private door opens to the visitor whose id stands in it; `opens` says how."""

    path: str
    who: str
    opens: int = 200
    body: Mapping[str, object] | None = None
    is_page: bool = False


DOORS: Mapping[tuple[str, str], Door] = {
    ("GET", "/"): Door("/", PUBLIC, 302, is_page=True),
    ("GET", "/demo/<path:name>"): Door("/demo/help-centre/", PUBLIC, is_page=True),
    ("GET", "/healthz"): Door("/healthz", PUBLIC),
    ("GET", "/readyz"): Door("/readyz", PUBLIC),
    ("GET", "/metrics"): Door("/metrics", PUBLIC),
    ("GET", "/openapi.json"): Door("/openapi.json", PUBLIC),
    ("GET", "/widget.js"): Door("/widget.js", PUBLIC),
    ("GET", "/widget/<version>/widget.js"): Door("/widget/{version}/widget.js", PUBLIC),
    ("GET", "/widget/integrity.json"): Door("/widget/integrity.json", PUBLIC),
    ("GET", "/widget/report.js"): Door("/widget/report.js?site={site}&kind=buffered", PUBLIC),
    ("GET", "/v1/sites/<key>"): Door("/v1/sites/{site}", PUBLIC),
    ("POST", "/v1/chat"): Door("/v1/chat", PUBLIC, body={"site": "{site}", "message": "Hello"}),
    ("GET", "/v1/turns/<turn>/events"): Door("/v1/turns/{turn}/events", PRIVATE),
    ("POST", "/v1/turns/<turn>/stop"): Door("/v1/turns/{turn}/stop", PRIVATE, 204, {}),
    ("POST", "/v1/turns/<turn>/feedback"): Door("/v1/turns/{turn}/feedback", PRIVATE, 204, {"rating": "down"}),
    ("GET", "/v1/conversations/<conversation>"): Door("/v1/conversations/{conversation}", PRIVATE),
    ("POST", "/v1/conversations/<conversation>/handoff"): Door(
        "/v1/conversations/{conversation}/handoff", PRIVATE, 202, {"email": "sam@mail.example"}
    ),
    ("GET", "/v1/conversations/<conversation>/events"): Door("/v1/conversations/{conversation}/events", PRIVATE),
    ("POST", "/v1/conversations/<conversation>/stars"): Door(
        "/v1/conversations/{conversation}/stars", PRIVATE, 400, {"stars": 5}
    ),  # the visitor comes in, and reads that this site asks for none
    ("POST", "/v1/conversations/<conversation>/typing"): Door(
        "/v1/conversations/{conversation}/typing", PRIVATE, 204, {}
    ),
    ("DELETE", "/v1/conversations/<conversation>"): Door("/v1/conversations/{conversation}", PRIVATE, 204),
}


def doors_of_the_app() -> set[tuple[str, str]]:
    app = create_app(SimpleNamespace(redis_url=None, workers=1))  # type: ignore[arg-type]
    return {
        (method, str(rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
