"""The widget's one file: at a short address that changes with us, and at one that never changes."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from backend.domain.errors import InvalidRequest, NotFound
from backend.domain.sightings import SightingKind
from backend.http.widget_file import WidgetFile, widget_file
from backend.web.parts import parts
from backend.web.sightings import origin_of

door = Blueprint("widget", __name__)
# A proxy that holds streams back; a policy that keeps the page from reaching us; the tag stands there twice.
REPORTS: tuple[SightingKind, ...] = ("buffered", "blocked", "twice")
FOR_A_WHILE = "public, max-age=300"
FOR_EVER = "public, max-age=31536000, immutable"


def widget() -> WidgetFile:
    return widget_file(parts().widget_file)


@door.get("/widget.js")
def newest() -> Response:
    return script(widget(), FOR_A_WHILE)


@door.get("/widget/<version>/widget.js")
def of_version(version: str) -> Response:
    file = widget()
    if version != file.version:
        raise NotFound("this version of the widget is not served any more; see /widget/integrity.json")
    return script(file, FOR_EVER)


@door.get("/widget/integrity.json")
def integrity() -> Response:
    file = widget()
    response = jsonify(url=file.path, integrity=file.integrity)
    response.headers["Cache-Control"] = "no-cache"
    return response


@door.get("/widget/report.js")
def report() -> Response:
    """Take a tag's own report of a problem. A script, since what is blocked may be every other way to reach us."""
    key = request.args.get("site", "")
    kind = next((each for each in REPORTS if each == request.args.get("kind")), None)
    if kind is None:
        raise InvalidRequest(f"kind: must be one of {', '.join(REPORTS)}")
    site = parts().sites.site(key)
    parts().reported(site.key, kind)
    parts().sightings.note(site, kind, origin_of(request.headers.get("Referer", "")))
    response = Response("/* noted */", content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response


def script(file: WidgetFile, lasting: str) -> Response:
    packing = request.accept_encodings.best_match(file.packed) or "identity"
    response = Response(file.packed[packing], content_type="text/javascript; charset=utf-8")
    if packing != "identity":
        response.headers["Content-Encoding"] = packing
    response.headers["Cache-Control"] = lasting
    response.vary.add("Accept-Encoding")
    response.set_etag(file.version, weak=True)  # the same file, however it is packed
    response.make_conditional(request)
    return response
