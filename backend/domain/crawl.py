"""The words of a crawl: a site's pages read from the web, round after round."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

CrawlState = Literal["running", "stopped", "done", "failed"]
PageState = Literal["waiting", "written", "unchanged", "left_out", "gone", "failed"]


@dataclass(frozen=True, slots=True)
class Crawl:
    """One start address of a site. `every_hours` is 0 where it is read again only when somebody asks."""

    id: int
    site_id: int
    start: str
    every_hours: int
    state: CrawlState
    note: str
    alive_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class CrawlPage:
    """One address of a crawl, as its last visit left it.

    `document` is the key of the document that it gave, or empty; `code` and `why` say why there is none.
    """

    url: str
    depth: int
    state: PageState = "waiting"
    etag: str = ""
    last_modified: str = ""
    document: str = ""
    code: str = ""
    why: str = ""
