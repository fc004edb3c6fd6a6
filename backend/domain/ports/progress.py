"""The listener of long work, told how far it has come."""

from __future__ import annotations

from typing import Protocol

from backend.domain.crawl import CrawlPage


class Progress(Protocol):
    """Told after each step of long work; a command prints it, a job keeps it, and nobody need listen."""

    def passages_compared(self, passages: int) -> None:
        """So many passages of a site have been made comparable by meaning so far."""

    def page_settled(self, page: CrawlPage, settled: int, waiting: int) -> None:
        """A crawl is done with this page, the `settled`th of its round; so many known ones wait still."""
