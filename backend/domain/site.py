"""A site: one tenant, with the settings that its owner published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Example:
    """One question with the exact reply that the owner wants; shown to models that have no structured output."""

    question: str
    message: str
    confidence: float
    followups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Theme:
    """How the widget looks. `accent` is `#rrggbb`; `mode` auto, light or dark; `position` right or left; `avatar` up to
    three characters, or the path of a drawing of 20 by 20, or empty for a bell."""

    accent: str = "#17607a"
    mode: str = "auto"
    position: str = "right"
    avatar: str = ""


WHEN_PROOF = ("never", "above_ceiling", "always")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one visitor, and one address, may ask; `input_tokens` bounds one request to the model.

    `site_…` is a ceiling for all visitors of the site together; 0 sets none. `proof` says when a question needs a proof
    of work: never, always, or above the ceiling, where whoever brings one is let in all the same.
    """

    per_minute: int = 10
    per_hour: int = 50
    per_day: int = 200
    streams_per_visitor: int = 3
    streams_per_address: int = 10
    input_tokens: int = 60_000
    site_per_minute: int = 0
    site_per_hour: int = 0
    site_per_day: int = 0
    proof: str = "never"


@dataclass(frozen=True, slots=True)
class Models:
    """Which model serves which tier, and the ceiling of one reply; `known` adds or overrides rows of the table."""

    fast: str = "claude-haiku-4-5"
    middle: str = "claude-sonnet-4-6"
    deep: str = "claude-opus-4-6"
    max_tokens: int = 1024
    known: Mapping[str, Mapping[str, object]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Safety:
    """What is let in, and what goes out.

    A message whose injection score reaches `injection_flag` is answered and shown to staff; from `injection_refuse` on
    it is not answered. `personal_data` says allow, redact or refuse for a kind, where the site
    wants another than the table of kinds (backend/domain/personal_data.toml).

    No reply holds one of `phrases`, or links to another host than `link_hosts` and their subdomains (none named: any).
    `outcomes` says release, disclaim or replace for a kind of finding in a whole reply, where the site wants another
    than the table (backend/domain/outcomes.toml). With `hold` a reply is shown once it has been judged. Of a document
    whose id fits one of the patterns in `protected` a reply may quote a sentence, and not recite a page."""

    injection_flag: float = 0.5
    injection_refuse: float = 0.8
    personal_data: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    phrases: tuple[str, ...] = ()
    link_hosts: tuple[str, ...] = ()
    outcomes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    hold: bool = False
    protected: tuple[str, ...] = ()

    def protects(self, document: str) -> bool:
        """Tell whether the document with this id may be quoted and not recited."""
        return any(fnmatchcase(document, pattern) for pattern in self.protected)


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """All that an owner can set; `name` and `origins` are enough. `retention_days` 0 keeps conversations."""

    name: str
    origins: tuple[str, ...]
    persona: str = ""
    constraints: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    greeting: str = ""
    disclosure: str = ""
    starters: tuple[str, ...] = ()
    locale: str = "en"
    page_context: bool = False  # whether the page that a visitor is on goes along with the question
    nudge: str = ""  # a sentence that the closed widget offers once; none where empty
    theme: Theme = Theme()
    limits: Limits = Limits()
    models: Models = Models()
    safety: Safety = Safety()


@dataclass(frozen=True, slots=True)
class Site:
    """A published site. `id` is ours, `key` (`pk_…`) is public; `version` counts what was published."""

    id: int
    key: str
    version: int
    settings: SiteSettings
