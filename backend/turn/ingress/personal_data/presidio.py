"""Presidio's analyzer without the language models that it can work with: others import Presidio from here alone.

1. Presidio imports spaCy and thinc for engines that we never open: 55 MB in each worker and a second of each start.
   While it is imported for the first time, names stand in for theirs; where spaCy is there already, nothing stands in.
2. Afterwards both are as they were: whoever imports spaCy gets spaCy.
3. A stand-in does nothing: whoever calls one later, as Presidio's spaCy engines would, is told so.
4. Our engine reads no language, as Presidio's no-op engine, whose empty document is one of spaCy's.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

STOOD_IN_FOR = ("spacy", "thinc")


class NotImported(type):
    """What stands in for a class or function: all of its names are there, too, and a call while Presidio is imported
    decorates nothing."""

    is_importing = False

    def __getattr__(cls, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return stand_in(f"{cls.__name__}.{name}")

    def __call__(cls, *_given: object, **_named: object) -> Any:
        if NotImported.is_importing:
            return lambda decorated: decorated
        raise ImportError(f"{cls.__name__} is not there: Presidio was imported without {' and '.join(STOOD_IN_FOR)}")


def stand_in(name: str) -> NotImported:
    return NotImported(name, (), {})


class StandIns(MetaPathFinder, Loader):
    """Finds empty modules for those that are stood in for."""

    def find_spec(self, name: str, _path: object, _target: object = None) -> ModuleSpec | None:
        is_ours = name.partition(".")[0] in STOOD_IN_FOR
        return ModuleSpec(name, self, is_package=True) if is_ours else None

    def exec_module(self, module: ModuleType) -> None:
        """Let every name be found in the module."""
        module.__dict__["__getattr__"] = lambda name: _name_of(module, name)


def _name_of(module: ModuleType, name: str) -> NotImported:
    if name.startswith("__"):
        raise AttributeError(name)
    return stand_in(f"{module.__name__}.{name}")


@contextmanager
def without_language_models() -> Iterator[None]:
    """Stand in for spaCy and thinc inside of the block, unless one of them has been imported before."""
    if any(name in sys.modules for name in STOOD_IN_FOR):
        yield
        return
    finder = StandIns()
    sys.meta_path.insert(0, finder)
    NotImported.is_importing = True
    try:
        yield
    finally:
        NotImported.is_importing = False
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if name.partition(".")[0] in STOOD_IN_FOR]:
            del sys.modules[name]


with without_language_models():
    from presidio_analyzer import (
        AnalyzerEngine,
        EntityRecognizer,
        PatternRecognizer,
        RecognizerRegistry,
        RecognizerResult,
        predefined_recognizers,
    )
    from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

__all__ = [
    "AnalyzerEngine",
    "EntityRecognizer",
    "NlpArtifacts",
    "NoLanguage",
    "PatternRecognizer",
    "RecognizerRegistry",
    "RecognizerResult",
    "predefined_recognizers",
]


class NoLanguage(NlpEngine):
    """Implements Presidio's engine for recognisers that need no words from it."""

    engine_name = "no_language"
    is_available = True

    def load(self) -> None:
        """Nothing to load."""

    def is_loaded(self) -> bool:
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:  # noqa: ARG002 - not read
        no_words: Any = []  # where Presidio expects one of spaCy's documents
        return NlpArtifacts([], no_words, [], [], self, language)

    def process_batch(
        self,
        texts: Iterable[Any],
        language: str,
        batch_size: int = 1,  # noqa: ARG002
        n_process: int = 1,  # noqa: ARG002
        as_tuples: bool = False,
        **_named: object,
    ) -> Iterator[Any]:
        for each in texts:
            text, *context = each if as_tuples else (each,)
            yield (text, self.process_text(text, language), *context)

    def is_stopword(self, word: str, language: str) -> bool:  # noqa: ARG002
        return False

    def is_punct(self, word: str, language: str) -> bool:  # noqa: ARG002
        return False

    def get_supported_entities(self) -> list[str]:
        return []

    def get_supported_languages(self) -> list[str]:
        return ["en"]
