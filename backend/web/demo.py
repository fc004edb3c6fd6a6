"""The examples' pages, for a first look: only where the operator has turned them on."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, redirect, send_from_directory
from werkzeug.security import safe_join
from werkzeug.wrappers import Response as ResponseOfWerkzeug

from backend.domain.errors import NotFound
from backend.web.parts import parts

door = Blueprint("demo", __name__)
SHOWN = frozenset({".html", ".css", ".js", ".svg", ".png"})


@door.get("/")
def front() -> ResponseOfWerkzeug:
    pages = demo_pages(demo_dir())
    if not pages:
        raise NotFound("there is no example with a page")
    return redirect(pages[0])


@door.get("/demo/<path:name>")
def page(name: str) -> Response:
    folder = demo_dir()
    wanted = f"{name}index.html" if name.endswith("/") else name
    found = safe_join(str(folder), wanted)
    if found is None or Path(found).suffix not in SHOWN:
        raise NotFound("there is no such page")
    response = send_from_directory(folder, wanted)
    response.headers["Cache-Control"] = "no-cache"
    return response


def demo_dir() -> Path:
    folder = parts().demo_dir
    if folder is None:
        raise NotFound
    return folder


def demo_pages(folder: Path) -> list[str]:
    """Return the addresses of the examples' pages, the help centre first, since it is the plainest."""
    names = sorted(page.parent.name for page in folder.glob("*/index.html"))
    names.sort(key=lambda name: name != "help-centre")
    return [f"/demo/{name}/" for name in names]
