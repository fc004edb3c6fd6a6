"""The settings as they are declared (domain/site.py): what each is called, may hold, means and is by default."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from backend.domain.site_fields import Check, Wrong, check_all, several, table


@dataclass(frozen=True, slots=True)
class Declared:
    """One setting. `table` is the class of a table of its own, or of each of several (`is_list`); else None."""

    name: str
    check: Check[Any]
    meaning: str
    default: object
    table: type | None = None
    is_list: bool = False

    @property
    def is_needed(self) -> bool:
        return self.default is MISSING


@cache
def settings_of(kind: type) -> Sequence[Declared]:
    """Return the settings that a class declares, in their order."""
    hints = get_type_hints(kind, include_extras=True)
    return [_declared(field.name, hints[field.name], _default_of(field)) for field in fields(kind)]


def checks_of(kind: type) -> Mapping[str, Check[Any]]:
    return {each.name: each.check for each in settings_of(kind)}


def read_table(kind: type, value: object, where: str, prefix: str) -> Any:
    """Return a table of TOML as the settings that it stands for; raise Wrong. `prefix` leads its fields' names."""
    given = table(value, where)
    for each in settings_of(kind):
        if each.is_needed and each.name not in given:
            raise Wrong(where, f"has no {each.name}; add it.")
    made = kind(**check_all(given, checks_of(kind), prefix))
    if check_together := getattr(made, "check_together", None):
        check_together(where)
    return made


def _declared(name: str, hint: Any, default: object) -> Declared:
    if get_origin(hint) is Annotated:
        _, check, meaning = get_args(hint)
        return Declared(name, check, meaning, default)
    if get_origin(hint) is tuple:
        row = get_args(hint)[0]
        check_row = several(lambda value, where: read_table(row, value, where, f"{where}: "))
        return Declared(name, check_row, row.__doc__ or "", default, row, is_list=True)
    assert is_dataclass(hint)  # noqa: S101 - our own declarations
    assert isinstance(hint, type)  # noqa: S101
    return Declared(
        name, lambda value, where: read_table(hint, value, where, f"{where}."), hint.__doc__ or "", default, hint
    )


def _default_of(field: Any) -> object:
    return field.default_factory() if field.default_factory is not MISSING else field.default
