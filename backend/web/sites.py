"""`GET /v1/sites/{site}`: what the widget shows before a question."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from backend.web.parts import parts

door = Blueprint("sites", __name__)


@door.get("/v1/sites/<key>")
def show(key: str) -> Response:
    site = parts().sites.site(key)
    parts().origins.check(request.headers.get("Origin"), site)
    settings = site.settings
    response = jsonify(
        key=site.key,
        name=settings.name,
        greeting=settings.greeting,
        starters=list(settings.starters),
        disclosure=settings.disclosure,
        locale=settings.locale,
        page_context=settings.page_context,
        nudge=settings.nudge,
        theme={
            "accent": settings.theme.accent,
            "mode": settings.theme.mode,
            "position": settings.theme.position,
        },
    )
    response.headers["Cache-Control"] = "public, max-age=60"
    response.add_etag()
    response.make_conditional(request)
    return response
