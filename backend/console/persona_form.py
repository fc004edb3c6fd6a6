"""The form of a site's settings: which fields it has, and how what was typed becomes settings.

The fields are those of site.toml, by their path. What a field may hold is checked where settings are declared
(domain/site.py); here it is only read from its form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.domain.outcomes import CHOICES, OUTCOMES
from backend.domain.personal_data import ACTIONS, KINDS
from backend.domain.setting_changes import TABLES, by_path
from backend.domain.site import WHEN_PROOF

ROWS_OF_STARTERS = 3


@dataclass(frozen=True, slots=True)
class FormField:
    """A field: its path, how it is typed, and for a choice what can be chosen. `rows` of a text are its height."""

    path: str
    kind: str = "line"  # line, text, lines, whole, number, tick, choice, rows, pairs
    choices: Sequence[str] = ()
    rows: int = 2

    @property
    def id(self) -> str:
        return self.path.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that belong together; `is_open` where they are shown at once."""

    name: str
    fields: Sequence[FormField]
    is_open: bool = False


def _whole(table: str, *names: str) -> list[FormField]:
    return [FormField(f"{table}.{name}", "whole") for name in names]


SECTIONS: Sequence[Section] = (
    Section(
        "who",
        [
            FormField("name"),
            FormField("disclosure"),
            FormField("persona", "text", rows=3),
            FormField("constraints", "lines", rows=4),
            FormField("greeting", "text"),
            FormField("starters", "lines", rows=3),
        ],
        is_open=True,
    ),
    Section(
        "looks",
        [
            FormField("theme.accent"),
            FormField("theme.avatar"),
            FormField("theme.mode", "choice", ("auto", "light", "dark")),
            FormField("theme.position", "choice", ("right", "left")),
            FormField("nudge"),
        ],
    ),
    Section(
        "where",
        [
            FormField("origins", "lines", rows=2),
            FormField("locale"),
            FormField("page_context", "tick"),
            FormField("stars", "tick"),
        ],
    ),
    Section(
        "people",
        [
            FormField("people.email"),
            FormField("people.hours", "lines", rows=2),
            FormField("people.timezone"),
            FormField("people.weekly", "tick"),
        ],
    ),
    Section("answers", [FormField("examples", "rows")]),
    Section(
        "targets",
        [
            FormField("targets.first_text_ms", "whole"),
            FormField("targets.failed_share", "number"),
            FormField("targets.liked_share", "number"),
            FormField("targets.stars", "number"),
        ],
    ),
    Section(
        "safety",
        [
            FormField("safety.hold", "tick"),
            FormField("safety.second_look", "tick"),
            FormField("safety.phrases", "lines"),
            FormField("safety.link_hosts", "lines"),
            FormField("safety.protected", "lines"),
            FormField("safety.injection_flag", "number"),
            FormField("safety.injection_refuse", "number"),
            FormField("safety.personal_data", "pairs", ("", *ACTIONS)),
            FormField("safety.outcomes", "pairs", ("", *CHOICES)),
        ],
    ),
    Section(
        "models",
        [
            FormField("models.fast"),
            FormField("models.middle"),
            FormField("models.deep"),
            FormField("models.max_tokens", "whole"),
        ],
    ),
    Section(
        "limits",
        [
            *_whole("limits", "per_minute", "per_hour", "per_day", "streams_per_visitor", "streams_per_address"),
            *_whole("limits", "input_tokens", "site_per_minute", "site_per_hour", "site_per_day"),
            FormField("limits.proof", "choice", WHEN_PROOF),
        ],
    ),
)
FIELDS: Mapping[str, FormField] = {field.path: field for section in SECTIONS for field in section.fields}
KINDS_OF_PAIRS: Mapping[str, Sequence[str]] = {
    "safety.personal_data": tuple(KINDS),
    "safety.outcomes": tuple(OUTCOMES),
}
EXAMPLE = ("question", "message", "confidence", "followups")


def typed_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands in each field of the form for these settings, by the field's path."""
    values = by_path(document)
    return {path: _typed(field, values.get(path)) for path, field in FIELDS.items()}


def typed_in(form: Mapping[str, str]) -> dict[str, Any]:
    """Return what was typed, by the field's path. A box that is not ticked sends nothing."""
    typed: dict[str, Any] = {}
    for path, field in FIELDS.items():
        if field.kind == "tick":
            typed[path] = field.id in form
        elif field.kind == "pairs":
            typed[path] = {kind: form.get(f"{field.id}-{kind}", "") for kind in KINDS_OF_PAIRS[path]}
        elif field.kind == "rows":
            typed[path] = _typed_rows(field, form)
        else:
            typed[path] = form.get(field.id, "").replace("\r\n", "\n")
    return typed


def put_in(document: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings' document with these fields as they were typed."""
    changed = {name: dict(value) if name in TABLES else value for name, value in document.items()}
    for path, value in typed.items():
        table, _, name = path.rpartition(".")
        (changed[table] if table else changed)[name] = _meant(FIELDS[path], value)
    return changed


def field_of(sentence: str) -> str:
    """Return the path of the field that a sentence of refusal is about; empty where it is none of the form."""
    said = sentence.partition(": ")[2]
    return max((path for path in FIELDS if said.startswith(path)), key=len, default="")


def _typed(field: FormField, value: Any) -> Any:
    if field.kind == "lines":
        return "\n".join(value or ())
    if field.kind == "pairs":
        return {kind: (value or {}).get(kind, "") for kind in KINDS_OF_PAIRS[field.path]}
    if field.kind == "rows":
        rows = [
            {**row, "confidence": f"{row['confidence']:g}", "followups": "\n".join(row["followups"])} for row in value
        ]
        return [*rows, dict.fromkeys(EXAMPLE, "")]
    if field.kind in ("whole", "number"):
        return f"{value:g}" if isinstance(value, float) else str(value)
    return value


def _typed_rows(field: FormField, form: Mapping[str, str]) -> list[dict[str, str]]:
    rows = []
    number = 0
    while f"{field.id}-{number}-question" in form:
        row = {name: form.get(f"{field.id}-{number}-{name}", "").replace("\r\n", "\n") for name in EXAMPLE}
        rows.append(row)
        number += 1
    return [*(row for row in rows if row["question"].strip() or row["message"].strip()), dict.fromkeys(EXAMPLE, "")]


def _meant(field: FormField, typed: Any) -> Any:
    """Return what was typed as the settings take it; what is no number stays as it is, and is refused by its check."""
    if field.kind == "lines":
        return [line.strip() for line in typed.splitlines() if line.strip()]
    if field.kind == "whole":
        return int(typed) if typed.strip().isdecimal() else typed
    if field.kind == "number":
        return _number(typed)
    if field.kind == "pairs":
        return {kind: choice for kind, choice in typed.items() if choice}
    if field.kind == "rows":
        return [_example(row) for row in typed if row["question"].strip() or row["message"].strip()]
    return typed


def _example(row: Mapping[str, str]) -> dict[str, Any]:
    return {
        "question": row["question"],
        "message": row["message"],
        "confidence": _number(row["confidence"] or "0.9"),
        "followups": [line.strip() for line in row["followups"].splitlines() if line.strip()],
    }


def _number(typed: str) -> Any:
    try:
        return float(typed.strip().replace(",", "."))
    except ValueError:
        return typed
