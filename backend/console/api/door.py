"""The door of tools: who comes in, and what stands on every answer."""

from __future__ import annotations

from flask import Blueprint, Flask, Response

from backend.console.api import (
    approved,
    audit,
    calibration,
    cases,
    conversations,
    documents,
    export,
    gaps,
    items,
    numbers,
    settings,
    trying,
    versions,
    webhooks,
)
from backend.console.api.openapi import describe

ROOMS = (
    settings,
    versions,
    documents,
    cases,
    trying,
    gaps,
    items,
    approved,
    numbers,
    calibration,
    conversations,
    export,
    webhooks,
    audit,
)


def open_api(app: Flask) -> None:
    """Open `/api/` on an app whose console is open already."""
    door = Blueprint("api", __name__, url_prefix="/api")
    for room in ROOMS:
        door.register_blueprint(room.door)
    door.after_request(keep_from_caches)
    app.extensions.setdefault("openapi", []).append(describe())
    app.register_blueprint(door)


def keep_from_caches(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Authorization")
    return response
