"""The checks of texts that others wrote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from backend.domain.findings import Finding, Suspicion


class PersonalDataFinder(Protocol):
    """Finds personal data (implemented in ingress; a port, so that it can run beside the event loop)."""

    def find(self, text: str) -> Sequence[Finding]: ...


class InjectionDetector(Protocol):
    """Tells attempts to take the assistant over (implemented in ingress; the place for a detector from outside)."""

    def detect(self, text: str) -> Suspicion: ...


class PageScreen(Protocol):
    """Names what a page says where no reader sees it, such as orders in a code (implemented in ingress)."""

    def __call__(self, document: str) -> Sequence[str]: ...
