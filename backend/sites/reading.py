"""The file site.toml becomes settings.

Rules: `name` and `origins` are enough; a field that we do not know, or do not serve yet, is refused and never
ignored, since an owner would rely on it; the first thing that is wrong is said in one sentence that names the file,
the field and the remedy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from backend.domain.errors import SettingsError
from backend.domain.outcomes import CHOICES, OUTCOMES
from backend.domain.personal_data import ACTIONS, KINDS
from backend.domain.reply import MOST_FOLLOWUPS
from backend.domain.site import WHEN_PROOF, Example, Limits, Models, Safety, SiteSettings, Theme
from backend.domain.toml import read_toml
from backend.sites import fields as check
from backend.sites.fields import Check, Wrong, refuse_unknown

FILE = "site.toml"

NOT_SERVED_YET = ("budget", "retention")

EXAMPLE: Mapping[str, Check[Any]] = {
    "question": check.line,
    "message": check.text,
    "confidence": check.number(0, 1),
    "followups": check.several(check.line, most=MOST_FOLLOWUPS),
}
EXAMPLE_NEEDS = ("question", "message", "confidence")

THEME: Mapping[str, Check[Any]] = {
    "accent": check.accent,
    "mode": check.one_of("auto", "light", "dark"),
    "position": check.one_of("right", "left"),
    "avatar": check.avatar,
}

LIMITS: Mapping[str, Check[Any]] = {
    field.name: check.whole_number(
        0 if field.name.startswith("site_") else 1, 10_000_000 if field.name == "input_tokens" else 1_000_000
    )
    for field in fields(Limits)
    if field.type == "int"
} | {"proof": check.one_of(*WHEN_PROOF)}

PERSONAL_DATA: Mapping[str, Check[Any]] = dict.fromkeys(KINDS, check.one_of(*ACTIONS))

OUTCOME: Mapping[str, Check[Any]] = dict.fromkeys(OUTCOMES, check.one_of(*CHOICES))

KNOWN_MODEL: Mapping[str, Check[Any]] = {
    "tier": check.line,
    "has_structured_output": check.switch,
    "context_tokens": check.whole_number(1_000, 100_000_000),
    "input_usd": check.number(0, 10_000),
    "output_usd": check.number(0, 10_000),
    "cache_read_usd": check.number(0, 10_000),
    "cache_write_usd": check.number(0, 10_000),
    "ids": check.table,
}


@dataclass(frozen=True, slots=True)
class Described:
    """A site as its folder describes it; `key` is None where the folder leaves it to us."""

    settings: SiteSettings
    key: str | None


def read_site(folder: Path) -> Described:
    """Return the settings of a site's folder; raise SettingsError with one sentence."""
    path = folder / FILE
    if not folder.is_dir():
        raise SettingsError(f"{folder}: there is no such folder; name the one that holds {FILE}.")
    try:
        return read_settings(_parse(path))
    except Wrong as wrong:
        raise SettingsError(f"{path}: {wrong}") from None


def read_settings(given: Mapping[str, object]) -> Described:
    """Return the settings that a parsed site.toml describes; raise Wrong."""
    for name in NOT_SERVED_YET:
        if name in given:
            raise Wrong(name, "is not served by this version and would have no effect; remove it.")
    for name in ("name", "origins"):
        if name not in given:
            raise Wrong(name, f"is missing; add {MISSING[name]}.")
    read = _check(given, SITE)
    key = read.pop("key", None)
    return Described(SiteSettings(**read), key)


MISSING = {"name": 'a line such as name = "My shop"', "origins": 'a line such as origins = ["https://www.example.com"]'}


def _parse(path: Path) -> Mapping[str, object]:
    if not path.exists():
        raise SettingsError(f"{path}: there is no such file; a site needs one with its name and origins.")
    return read_toml(path)


def _check(given: Mapping[str, object], checks: Mapping[str, Check[Any]], prefix: str = "") -> dict[str, Any]:
    """Return each given field as it is kept."""
    refuse_unknown(given, list(checks), prefix)
    return {name: checks[name](value, prefix + name) for name, value in given.items()}


def _example(value: object, field: str) -> Example:
    given = check.table(value, field)
    for name in EXAMPLE_NEEDS:
        if name not in given:
            raise Wrong(field, f"has no {name}; add it.")
    return Example(**_check(given, EXAMPLE, f"{field}: "))


def _theme(value: object, field: str) -> Theme:
    return Theme(**_check(check.table(value, field), THEME, f"{field}."))


def _limits(value: object, field: str) -> Limits:
    return Limits(**_check(check.table(value, field), LIMITS, f"{field}."))


def _models(value: object, field: str) -> Models:
    return Models(**_check(check.table(value, field), MODELS, f"{field}."))


def _safety(value: object, field: str) -> Safety:
    safety = Safety(**_check(check.table(value, field), SAFETY, f"{field}."))
    if safety.injection_flag > safety.injection_refuse:
        raise Wrong(
            f"{field}.injection_flag",
            f"must not be above injection_refuse ({safety.injection_refuse:g}), not {safety.injection_flag:g}: "
            "what is refused is never answered under a flag.",
        )
    return safety


def _personal_data(value: object, field: str) -> Mapping[str, str]:
    return MappingProxyType(_check(check.table(value, field), PERSONAL_DATA, f"{field}."))


def _outcomes(value: object, field: str) -> Mapping[str, str]:
    return MappingProxyType(_check(check.table(value, field), OUTCOME, f"{field}."))


def _known_models(value: object, field: str) -> Mapping[str, Mapping[str, object]]:
    rows = {
        model: MappingProxyType(_check(check.table(row, f"{field}.{model}"), KNOWN_MODEL, f"{field}.{model}."))
        for model, row in check.table(value, field).items()
    }
    return MappingProxyType(rows)


MODELS: Mapping[str, Check[Any]] = {
    "fast": check.line,
    "middle": check.line,
    "deep": check.line,
    "max_tokens": check.whole_number(1, 128_000),
    "known": _known_models,
}

SAFETY: Mapping[str, Check[Any]] = {
    "injection_flag": check.number(0, 1),
    "injection_refuse": check.number(0, 1),
    "personal_data": _personal_data,
    "phrases": check.several(check.line),
    "link_hosts": check.several(check.host),
    "outcomes": _outcomes,
    "hold": check.switch,
    "protected": check.several(check.line),
}

SITE: Mapping[str, Check[Any]] = {
    "key": check.key,
    "name": check.line,
    "origins": check.several(check.origin, least=1),
    "persona": check.text,
    "constraints": check.several(check.text),
    "examples": check.several(_example),
    "greeting": check.text,
    "disclosure": check.text,
    "starters": check.several(check.line),
    "locale": check.locale,
    "page_context": check.switch,
    "nudge": check.line,
    "theme": _theme,
    "limits": _limits,
    "models": _models,
    "safety": _safety,
}
