"""The record of changes is read again, and what was changed in it is named."""

from __future__ import annotations

from dataclasses import dataclass

from backend.domain.audit import HOUSE, Fault, faults_of
from backend.services.account_parts import AccountParts


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found in one chain; `site` is the key of its site, empty for the house."""

    site: str
    rows: int
    faults: tuple[Fault, ...]


def verify_audit(parts: AccountParts, *, chain: int | None = None) -> list[Verified]:
    """Read one chain again, or all of them; return what was found in each."""
    chains = parts.audit.chains() if chain is None else [chain]
    return [_verified(each, parts) for each in chains]


def _verified(chain: int, parts: AccountParts) -> Verified:
    faults = list(faults_of(chain, parts.audit.rows(chain)))
    end = parts.audit.fault_of_end(chain)
    site = None if chain == HOUSE else parts.sites.with_id(chain)
    return Verified(site.key if site else "", parts.audit.count(chain), (*faults, *([end] if end else [])))
