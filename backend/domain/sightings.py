"""Where a site's tag was seen, and what kept it from working there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

SightingKind = Literal["seen", "wrong_origin", "blocked", "buffered", "twice"]
"""`seen`: the tag works there; `wrong_origin`: the page is none of the site's; `blocked`: the page's own policy keeps
it from reaching us; `buffered`: a proxy holds answers back until they are whole; `twice`: the tag stands there twice,
and the first one works."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was seen at an origin, empty where the browser did not name it; how often, and when last."""

    kind: SightingKind
    origin: str
    count: int
    last_at: datetime
