"""A site: one tenant, with the settings that its owner published.

A setting is declared here and nowhere else: its type, what it may hold (`site_fields.py`), what it means and its
default. `sites/reading.py` reads site.toml by these declarations, `sites/writing.py` writes it, and
`sites/describing.py` writes docs/reference/site.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Annotated

from backend.domain import site_fields as check
from backend.domain.calibration import Curve
from backend.domain.harm import NAMES_OF_STAKES
from backend.domain.outcomes import CHOICES, OUTCOMES
from backend.domain.personal_data import ACTIONS, KINDS
from backend.domain.reply import MOST_FOLLOWUPS

WHEN_PROOF = ("never", "above_ceiling", "always")

_own_limit = check.whole_number(1, 1_000_000)
_ceiling = check.whole_number(0, 1_000_000)
_score = check.number(0, 1)
_usd = check.number(0, 10_000)
_personal_data = check.table_of(dict.fromkeys(KINDS, check.one_of(*ACTIONS)))
_stakes = check.table_of(dict.fromkeys(NAMES_OF_STAKES, check.number(0, 100)))
_outcomes = check.table_of(dict.fromkeys(OUTCOMES, check.one_of(*CHOICES)))

# A row of the table of models (providers/models.toml), as far as an owner wants to change it.
KNOWN_MODEL: Mapping[str, check.Check[object]] = {
    "tier": check.line,
    "has_structured_output": check.switch,
    "context_tokens": check.whole_number(1_000, 100_000_000),
    "input_usd": _usd,
    "output_usd": _usd,
    "cache_read_usd": _usd,
    "cache_write_usd": _usd,
    "ids": check.table,
}


@dataclass(frozen=True, slots=True)
class Example:
    """One question with the exact reply that the owner wants; shown to every model: it sets tone and length."""

    question: Annotated[str, check.line, "what a visitor asks"]
    message: Annotated[str, check.text, "the answer, as Markdown"]
    confidence: Annotated[float, _score, "how sure the answer is, from 0 to 1"]
    followups: Annotated[
        tuple[str, ...], check.several(check.line, most=MOST_FOLLOWUPS), "what the visitor may ask next"
    ] = ()


@dataclass(frozen=True, slots=True)
class Theme:
    """How the widget looks."""

    accent: Annotated[str, check.accent, "the one colour, as `#rrggbb`"] = "#17607a"
    mode: Annotated[str, check.one_of("auto", "light", "dark"), "`auto`, `light` or `dark`"] = "auto"
    position: Annotated[str, check.one_of("right", "left"), "the corner that the button is in: `right` or `left`"] = (
        "right"
    )
    avatar: Annotated[
        str, check.avatar, "up to three characters, or the path of a drawing of 20 by 20; empty for a bell"
    ] = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be asked ([access.md](access.md))."""

    per_minute: Annotated[int, _own_limit, "questions of one visitor, and of one address, in a minute"] = 10
    per_hour: Annotated[int, _own_limit, "the same in an hour"] = 50
    per_day: Annotated[int, _own_limit, "the same in a day"] = 200
    streams_per_visitor: Annotated[int, _own_limit, "answers to one visitor that are written at once"] = 3
    streams_per_address: Annotated[int, _own_limit, "answers to one address that are written at once"] = 10
    input_tokens: Annotated[int, check.whole_number(1, 10_000_000), "tokens of one request to the model"] = 60_000
    site_per_minute: Annotated[int, _ceiling, "questions of all visitors together in a minute; 0 sets no ceiling"] = 0
    site_per_hour: Annotated[int, _ceiling, "the same in an hour"] = 0
    site_per_day: Annotated[int, _ceiling, "the same in a day"] = 0
    proof: Annotated[
        str,
        check.one_of(*WHEN_PROOF),
        "when a question needs a proof of work: `never`, `always`, or `above_ceiling`, where a question with a proof "
        "is let in all the same",
    ] = "never"


@dataclass(frozen=True, slots=True)
class Models:
    """Which model serves which tier, and the ceiling of one reply."""

    fast: Annotated[str, check.line, "the model for short questions"] = "claude-haiku-4-5"
    middle: Annotated[str, check.line, "the model for most questions"] = "claude-sonnet-4-6"
    deep: Annotated[str, check.line, "the model for hard questions"] = "claude-opus-4-6"
    max_tokens: Annotated[int, check.whole_number(1, 128_000), "tokens of one reply"] = 1024
    known: Annotated[
        Mapping[str, Mapping[str, object]],
        check.rows_of(check.table_of(KNOWN_MODEL)),
        "rows that add to the table of models, or change it (`backend/providers/models.toml`)",
    ] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Safety:
    """What is let in, and what goes out ([safety.md](safety.md))."""

    injection_flag: Annotated[float, _score, "from this injection score on, an answered question is flagged"] = 0.5
    injection_refuse: Annotated[float, _score, "from this injection score on, a question is not answered"] = 0.8
    personal_data: Annotated[
        Mapping[str, str],
        _personal_data,
        "`allow`, `redact` or `refuse` by kind, where the site wants another than the table "
        "(`backend/domain/personal_data.toml`)",
    ] = field(default_factory=lambda: MappingProxyType({}))
    phrases: Annotated[tuple[str, ...], check.several(check.line), "words that no reply holds"] = ()
    link_hosts: Annotated[
        tuple[str, ...],
        check.several(check.host),
        "replies link to these hosts and their subdomains alone; none named: to any",
    ] = ()
    outcomes: Annotated[
        Mapping[str, str],
        _outcomes,
        "`release`, `disclaim` or `replace` by finding in a whole reply, where the site wants another than the table "
        "(`backend/domain/outcomes.toml`)",
    ] = field(default_factory=lambda: MappingProxyType({}))
    hold: Annotated[bool, check.switch, "whether a reply is shown only once it has been judged"] = False
    second_look: Annotated[
        bool,
        check.switch,
        "whether the fast model holds each reply against its passages before it is shown; needs `hold`",
    ] = False
    protected: Annotated[
        tuple[str, ...],
        check.several(check.line),
        "patterns of document ids: of these a reply may quote a sentence, and not recite a page",
    ] = ()

    def check_together(self, where: str) -> None:
        """Raise Wrong for settings that are right one by one and make no sense together."""
        if self.injection_flag > self.injection_refuse:
            raise check.Wrong(
                f"{where}.injection_flag",
                f"must not be above injection_refuse ({self.injection_refuse:g}), not {self.injection_flag:g}: "
                "what is refused is never answered under a flag.",
            )
        if self.second_look and not self.hold:
            raise check.Wrong(
                f"{where}.second_look",
                "needs hold = true: a reply that is shown while it is written cannot be looked at before it is shown.",
            )

    def protects(self, document: str) -> bool:
        """Tell whether the document with this id may be quoted and not recited."""
        return any(fnmatchcase(document, pattern) for pattern in self.protected)


@dataclass(frozen=True, slots=True)
class Review:
    """What staff look at ([review.md](review.md))."""

    sample: Annotated[
        float,
        check.number(0, 1),
        "the share of all answers that staff look at by lot, so that what no check sees is measured",
    ] = 0.02
    ask_below: Annotated[
        float,
        _score,
        "answers whose confidence is below come before staff; the page *Confidence* suggests where",
    ] = 0.5
    stakes: Annotated[
        Mapping[str, float],
        _stakes,
        "how much harm a wrong answer does, 0 to 100, by reason or subject (`money`, `law`, `safety`), where the site "
        "wants another than the table (`backend/domain/reasons.toml`); it counts for what comes from then on",
    ] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Targets:
    """What the owner wants of the answers: the numbers say where they stand."""

    first_text_ms: Annotated[
        int, check.whole_number(1, 60_000), "half of the answers begin within so many milliseconds"
    ] = 800
    failed_share: Annotated[float, check.number(0, 1), "at most this share of the questions gets no answer"] = 0.001
    liked_share: Annotated[float, check.number(0, 1), "at least this share of the thumbs is up"] = 0.8
    stars: Annotated[
        float,
        check.number(1, 5),
        "conversations get so many of five stars on average, where visitors are asked for them",
    ] = 4.0


@dataclass(frozen=True, slots=True)
class People:
    """Who answers where the assistant does not ([people.md](people.md#people-in-conversations))."""

    email: Annotated[
        str, check.address_or_none, "where wishes for a person are mailed to; empty: to the site's owners"
    ] = ""
    hours: Annotated[
        tuple[str, ...],
        check.several(check.hours),
        "when somebody is there for visitors, such as `mon-fri 09:00-17:00`; none named: not told",
    ] = ()
    timezone: Annotated[str, check.timezone, "whose time these hours are, such as `Europe/Vienna`"] = "UTC"
    weekly: Annotated[bool, check.switch, "whether the site's owners get last week's numbers by mail on Mondays"] = True


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """All that an owner can set; `name` and `origins` are enough."""

    name: Annotated[str, check.line, "what the site is called, for people"]
    origins: Annotated[
        tuple[str, ...], check.several(check.origin, least=1), "the web sites that show the assistant, `scheme://host`"
    ]
    persona: Annotated[str, check.text, "who the assistant is and how it speaks"] = ""
    constraints: Annotated[tuple[str, ...], check.several(check.text), "what it must always or never do"] = ()
    examples: tuple[Example, ...] = ()
    greeting: Annotated[str, check.text, "what the open widget says first"] = ""
    disclosure: Annotated[str, check.text, "a line that says what the assistant is"] = ""
    starters: Annotated[tuple[str, ...], check.several(check.line), "questions that are offered at the start"] = ()
    locale: Annotated[str, check.locale, "the site's language, such as `en` or `de-CH`"] = "en"
    page_context: Annotated[
        bool, check.switch, "whether the address and title of the visitor's page go along with the question"
    ] = False
    stars: Annotated[bool, check.switch, "whether visitors are asked for one to five stars after an answer"] = False
    nudge: Annotated[str, check.line, "a sentence that the closed widget offers once; none where empty"] = ""
    theme: Theme = Theme()
    limits: Limits = Limits()
    models: Models = Models()
    safety: Safety = Safety()
    review: Review = Review()
    people: People = People()
    targets: Targets = Targets()


@dataclass(frozen=True, slots=True)
class Site:
    """A published site. `id` is ours, `key` (`pk_…`) is public; `version` counts what was published.

    `curve` says how far its replies can be believed, as staff decided; `fits` counts how often it was fitted.
    """

    id: int
    key: str
    version: int
    settings: SiteSettings
    curve: Curve = field(default=Curve(), compare=False)
    fits: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class RemovedSite:
    """The conversations that went with a site (a count), and the ids of their turns."""

    conversations: int
    turns: tuple[str, ...]
