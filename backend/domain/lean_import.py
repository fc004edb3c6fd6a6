"""Imports of large libraries of which little is used: what nobody asks for is not read.

1. A package that only lists names of its own modules finds each name when it is asked for (`names_on_demand`). Nothing
   else is different: each name is there, and it is the real one.
2. For modules that are never used, names stand in while a library is imported that names them (`stand_ins`). A
   stand-in does nothing: whoever calls one later is told so. Whoever imports such a module later gets the real one.
3. Both change only what is imported inside of their block, and nothing that was there before.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any


@contextmanager
def names_on_demand(*packages: str) -> Iterator[None]:
    """Let these packages, and those in them, find their names when they are asked for."""
    finder = OnDemand(packages)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class OnDemand(MetaPathFinder):
    """Finds packages that read their modules when a name of theirs is asked for."""

    def __init__(self, packages: Sequence[str]) -> None:
        self._packages = packages

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if not is_in(name, self._packages):
            return None
        spec = PathFinder.find_spec(name, path, target)
        is_package = spec is not None and spec.submodule_search_locations is not None
        if spec is not None and is_package and type(spec.loader) is SourceFileLoader:
            spec.loader = OnDemandLoader(spec.loader.name, spec.loader.path, self._packages)
        return spec


class OnDemandLoader(SourceFileLoader):
    """Runs what a package does itself, and keeps for later where each of its names is."""

    def __init__(self, name: str, path: str, packages: Sequence[str]) -> None:
        super().__init__(name, path)
        self._packages = packages

    def exec_module(self, module: ModuleType) -> None:
        tree = ast.parse(self.get_data(self.path))
        later, rest = parted(tree, module.__name__)

        def found(name: str) -> Any:
            if name not in later:
                raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")
            where, its_name = later[name]
            with names_on_demand(*self._packages):  # its module may lie in a package that is not there yet
                value = getattr(import_module(where), its_name)
            setattr(module, name, value)
            return value

        module.__dict__.update(__getattr__=found, __dir__=lambda: sorted({*module.__dict__, *later}))
        exec(compile(rest, self.path, "exec"), module.__dict__)  # noqa: S102 - the package's own words, less some imports
        names = {*module.__dict__, *later}
        module.__dict__.setdefault("__all__", sorted(name for name in names if not name.startswith("_")))


def parted(tree: ast.Module, package: str) -> tuple[Mapping[str, tuple[str, str]], ast.Module]:
    """Return where names are that can wait, as module and name in it, and what the package does at once.

    A name cannot wait where the package itself uses it, or where a module has the same name: that would be found first.
    """
    listed: list[tuple[ast.ImportFrom, str]] = []
    rest: list[ast.stmt] = []
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom) and (where := module_of(statement, package)):
            listed.append((statement, where))
        else:
            rest.append(statement)
    used = {name for statement in rest for name in names_in(statement)}
    used |= {where.removeprefix(f"{package}.").partition(".")[0] for _, where in listed}
    later: dict[str, tuple[str, str]] = {}
    at_once: list[ast.stmt] = []
    for statement, where in listed:
        if any((each.asname or each.name) in used for each in statement.names):
            at_once.append(statement)
        else:
            later.update({each.asname or each.name: (where, each.name) for each in statement.names})
    future = [each for each in rest if isinstance(each, ast.ImportFrom) and each.module == "__future__"]
    others = [each for each in rest if each not in future]
    words = others[:1] if others and isinstance(others[0], ast.Expr) else []
    body = [*words, *future, *at_once, *others[len(words) :]]
    return later, ast.Module(body=body, type_ignores=[])


def module_of(statement: ast.ImportFrom, package: str) -> str:
    """Return the module of this package that a statement takes names from; empty where it takes something else."""
    if statement.module is None or any(each.name == "*" for each in statement.names):
        return ""
    where = f"{package}.{statement.module}" if statement.level == 1 else statement.module
    return where if statement.level < 2 and where.startswith(f"{package}.") else ""


def names_in(statement: ast.stmt) -> set[str]:
    return {each.id for each in ast.walk(statement) if isinstance(each, ast.Name)}


class NotImported(type):
    """What stands in for a class or function: all of its names are there, too, and a call while its library is imported
    decorates nothing."""

    is_importing = False

    def __getattr__(cls, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return stand_in(f"{cls.__name__}.{name}")

    def __call__(cls, *_given: object, **_named: object) -> Any:
        if NotImported.is_importing:
            return lambda decorated: decorated
        raise ImportError(f"{cls.__name__} was not imported: nothing here was meant to use it")


def stand_in(name: str) -> NotImported:
    return NotImported(name, (), {})


class StandIns(MetaPathFinder, Loader):
    """Finds empty modules for those that are stood in for."""

    def __init__(self, modules: Sequence[str]) -> None:
        self._modules = modules

    def find_spec(self, name: str, _path: object, _target: object = None) -> ModuleSpec | None:
        return ModuleSpec(name, self, is_package=True) if is_in(name, self._modules) else None

    def exec_module(self, module: ModuleType) -> None:
        """Let every name be found in the module; whoever takes all of its names takes none."""
        module.__dict__.update(__all__=[], __getattr__=lambda name: _name_of(module, name))


def _name_of(module: ModuleType, name: str) -> NotImported:
    if name.startswith("__"):
        raise AttributeError(name)
    return stand_in(f"{module.__name__}.{name}")


@contextmanager
def stand_ins(*modules: str) -> Iterator[None]:
    """Stand in for these modules inside of the block, unless one of them has been imported before."""
    if any(name in sys.modules for name in modules):
        yield
        return
    finder = StandIns(modules)
    sys.meta_path.insert(0, finder)
    NotImported.is_importing = True
    try:
        yield
    finally:
        NotImported.is_importing = False
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if is_in(name, modules)]:
            module = sys.modules.pop(name)
            parent, _, own = name.rpartition(".")
            if parent in sys.modules and sys.modules[parent].__dict__.get(own) is module:
                delattr(sys.modules[parent], own)


def is_in(name: str, modules: Sequence[str]) -> bool:
    """Tell whether a module is one of these, or inside of one."""
    return any(name == each or name.startswith(f"{each}.") for each in modules)
