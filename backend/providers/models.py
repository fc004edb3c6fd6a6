"""The table of models: capabilities and prices, with a site's own rows laid over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

from backend.domain.errors import SettingsError
from backend.domain.reply import Usage
from backend.domain.site import Models
from backend.domain.toml import read_toml
from backend.domain.turn import Model

TABLE = Path(__file__).with_name("models.toml")
PER_MILLION = 1_000_000
COLUMNS = {field.name for field in fields(Model)} - {"id"}


def read_table(path: Path = TABLE) -> dict[str, Model]:
    """Return every model of the table by id."""
    rows = read_toml(path)
    return {model_id: model_of(model_id, row) for model_id, row in rows.items()}


def model_of(model_id: str, row: Mapping[str, object]) -> Model:
    """Return one row as a model; refuse a column that is not one of the table's."""
    for column in row:
        if column not in COLUMNS:
            raise SettingsError(f"models.known.{model_id}: {column!r} is not one of {', '.join(sorted(COLUMNS))}")
    return Model(id=model_id, **row)  # type: ignore[arg-type]


def find_model(model_id: str, table: Mapping[str, Model], chosen: Models) -> Model:
    """Return the model as the site knows it; one that nobody describes is assumed to have no structured output."""
    if row := chosen.known.get(model_id):
        return model_of(model_id, row)
    return table.get(model_id) or Model(id=model_id)


def cost_usd(model: Model, usage: Usage) -> float:
    """Return what this usage costs by the model's prices, in US dollars."""
    return (
        usage.input_tokens * model.input_usd
        + usage.output_tokens * model.output_usd
        + usage.cache_read_tokens * model.cache_read_usd
        + usage.cache_write_tokens * model.cache_write_usd
    ) / PER_MILLION
