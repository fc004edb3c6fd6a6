"""The product with one door more, behind which a worker counts what it holds."""

from __future__ import annotations

import ctypes
import gc
import os
import re
from pathlib import Path

import greenlet
from flask import Response, jsonify

from backend.wsgi import app

__all__ = ["app"]


@app.get("/counted")
def counted() -> Response:
    """Say how many greenlets live, how many connections visitors have here, and how much memory is really held."""
    gc.collect()
    living = sum(1 for each in gc.get_objects() if isinstance(each, greenlet.greenlet) and not each.dead)
    ctypes.CDLL(None).malloc_trim(0)  # what the allocator keeps for later is not held by anything
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return jsonify(greenlets=living, connections=open_connections(), memory_bytes=pages * os.sysconf("SC_PAGE_SIZE"))


def open_connections() -> int:
    """Return how many connections to our port are not closed yet; those to model and Redis are kept on purpose."""
    ours = re.compile(rf"\s*\d+: [0-9A-F]+:{int(os.environ['PORT']):04X} \S+ (01|08) ")
    return sum(bool(ours.match(line)) for line in Path("/proc/self/net/tcp").read_text().splitlines())
