"""The house keeps its plan: tests are found from the code, and rooms are entered by their doors.

`python -m tests.tools.figures` prints how long functions are, and how many files have a test of their own name.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.domain.toml import read_toml
from tests.servers import ROOT

BACKEND = ROOT / "backend"
ELSEWHERE: dict[str, str] = read_toml(ROOT / "tests" / "tested_elsewhere.toml")
SOURCES = sorted(path for path in BACKEND.rglob("*.py") if "versions" not in path.parts)
# Packages that are entered by what their `__init__.py` names, and by nothing else, from outside.
DOORS = (
    "backend.app",
    "backend.domain.ports",
    "backend.knowledge.index",
    "backend.knowledge.intake",
    "backend.knowledge.lint",
    "backend.knowledge.quoting",
    "backend.knowledge.search",
    "backend.store",
    "backend.turn.answering",
    "backend.turn.egress",
    "backend.turn.prompt",
)
# What is picked by `app` alone, or costs so much to import that it is imported where it is used.
SIDE_DOORS = {
    ("backend.wsgi", "backend.app.doors"),
    ("backend.commands.jobs", "backend.app.work"),
    ("backend.app.parts", "backend.knowledge.index.embedders"),
}


def has_code(path: Path) -> bool:
    """Tell whether a file does more than import, export and describe."""

    def is_code(node: ast.stmt) -> bool:
        is_export = isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__"
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        return not (isinstance(node, (ast.Import, ast.ImportFrom)) or is_docstring or is_export)

    return any(map(is_code, ast.parse(path.read_text()).body))


def mirror_of(path: Path) -> Path:
    """Return where the test of this file stands: backend/a/b.py is tested in tests/a/test_b.py."""
    inside = path.relative_to(BACKEND)
    name = inside.parent.name if inside.name == "__init__.py" else inside.stem
    return ROOT / "tests" / inside.parent / f"test_{name}.py"


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("path", [path for path in SOURCES if has_code(path)], ids=module_of)
def test_every_file_has_its_test_beside_its_name_or_a_line_that_says_where(path: Path) -> None:
    named = path.relative_to(ROOT).as_posix() in ELSEWHERE
    assert mirror_of(path).exists() != named


@pytest.mark.parametrize(("source", "test"), list(ELSEWHERE.items()))
def test_the_list_of_what_is_tested_elsewhere_names_what_exists(source: str, test: str) -> None:
    assert (ROOT / source).is_file()
    assert (ROOT / test).exists()


@pytest.mark.parametrize("path", SOURCES, ids=module_of)
def test_rooms_are_entered_by_their_doors_alone(path: Path) -> None:
    own = module_of(path)
    for module in imports_of(path):
        for door in DOORS:
            is_inside = own == door or own.startswith(f"{door}.")
            passes_by = module.startswith(f"{door}.") and not is_inside and (own, module) not in SIDE_DOORS
            assert not passes_by, f"{own} imports {module} past the door {door}"


def test_no_side_door_is_named_that_nobody_uses() -> None:
    used = {(module_of(path), module) for path in SOURCES for module in imports_of(path)}
    assert used >= SIDE_DOORS


@pytest.mark.parametrize("path", SOURCES, ids=module_of)
def test_the_environment_is_read_by_the_settings_alone(path: Path) -> None:
    if path.name == "settings.py":
        return
    read = re.findall(r"os\.(?:environ(?:\.get)?|getenv)\b(?!\.setdefault)(?!\[\"?\w+\"?\] =)", path.read_text())
    assert not read


def test_the_map_in_the_readme_is_what_is_there() -> None:
    house = (ROOT / "README.md").read_text().partition("## The house")[2].partition("## Promises")[0]
    shown = set(re.findall(r"backend/(\w+)/", house))
    assert shown == {path.parent.name for path in BACKEND.glob("*/__init__.py")}
