"""Finds the expressions of a package: compiled ones wherever they are held, and those that stand in calls of `re`.

1. Modules are imported and walked: names, tables, classes, what a function without arguments keeps in its cache.
2. An expression written into a call (`re.sub(r"…", …)`) is read from the source.
3. One that is put together from what somebody wrote cannot be found so, and is told: none is allowed.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import re2

COMPILED = (re.Pattern, re2._Regexp)
CALLS = frozenset({"search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split"})
DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Expression:
    """`where` names the module and the name in it; `compiled` is what is run."""

    where: str
    compiled: Any

    @property
    def source(self) -> str:
        """The expression as text, also of one that reads bytes."""
        written = self.compiled.pattern
        return written.decode("latin-1") if isinstance(written, bytes) else str(written)

    @property
    def reads_bytes(self) -> bool:
        return isinstance(self.compiled.pattern, bytes)

    @property
    def flags(self) -> int:
        return self.compiled.flags if isinstance(self.compiled, re.Pattern) else 0


def expressions_of(*packages: str) -> list[Expression]:
    """Return each expression of these packages once, in the order of modules and names."""
    found: dict[tuple[str, int], Expression] = {}
    for package in packages:
        for module in modules_of(package):
            for each in (*held_by(module), *written_in(module)):
                found.setdefault((each.source, each.flags), each)
    return list(found.values())


def modules_of(package: str) -> Iterator[ModuleType]:
    top = importlib.import_module(package)
    yield top
    for each in pkgutil.walk_packages(getattr(top, "__path__", ()), f"{package}."):
        if not each.name.endswith(".__main__"):  # that would run the program
            yield importlib.import_module(each.name)


def held_by(module: ModuleType) -> Iterator[Expression]:
    """Yield what the names of a module hold, its own classes and caches included."""
    for name, value in vars(module).items():
        if not name.startswith("__"):
            where, seen = f"{module.__name__}.{name}", set[int]()
            for compiled in held_in(value, module.__name__, seen):
                yield Expression(where, compiled)


def held_in(value: object, module: str, seen: set[int], depth: int = 0) -> Iterator[Any]:
    if depth > DEEPEST or id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, COMPILED):
        yield value
    else:
        for part in parts_of(value, module):
            yield from held_in(part, module, seen, depth + 1)


def parts_of(value: object, module: str) -> Iterable[object]:
    if isinstance(value, Mapping):
        return [*value.keys(), *value.values()]
    if isinstance(value, list | tuple | set | frozenset):
        return list(value)
    if is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, field.name) for field in fields(value)]
    if isinstance(value, type) and value.__module__ == module:
        return [each for name, each in vars(value).items() if not name.startswith("__")]
    if hasattr(value, "cache_info") and getattr(value, "__module__", "") == module and takes_nothing(value):
        return [value()]  # type: ignore[operator]
    return []


def takes_nothing(function: object) -> bool:
    return not inspect.signature(function).parameters  # type: ignore[arg-type]


def written_in(module: ModuleType) -> Iterator[Expression]:
    """Yield the expressions that calls of `re` in the module's source have as words."""
    for call in calls_in(module):
        if isinstance(call.args[0], ast.Constant):
            yield Expression(f"{module.__name__}:{call.lineno}", re.compile(str(call.args[0].value)))


def put_together_in(module: ModuleType) -> Iterator[str]:
    """Yield the places where an expression is made while texts are read."""
    for call in calls_in(module):
        if not isinstance(call.args[0], ast.Constant | ast.Name | ast.Attribute):
            yield f"{module.__name__}:{call.lineno}"


def calls_in(module: ModuleType) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            of = node.func.value
            if isinstance(of, ast.Name) and of.id in ("re", "re2") and node.func.attr in CALLS:
                yield node
