"""Prints how the code is cut: the length of its functions, and how many files have a test of their own name.

python -m tests.tools.figures
"""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

from tests.servers import ROOT
from tests.test_house import SOURCES, has_code, mirror_of

WIDGET = ROOT / "widget" / "src"
WIDGET_TESTS = ROOT / "tests" / "widget"


def main() -> None:
    lengths = sorted(length for path in SOURCES for length in function_lengths(path))
    p90 = lengths[int(len(lengths) * 0.9)]
    print(f"functions       {len(lengths)}, median {statistics.median(lengths):g} lines, 90 % within {p90}")
    coded = [path for path in SOURCES if has_code(path)]
    mirrored = [path for path in coded if mirror_of(path).exists()]
    print(f"backend/        {len(coded)} files, {share(len(mirrored), len(coded))} with a test of their own name")
    scripts = [path.relative_to(WIDGET) for path in WIDGET.rglob("*.js")]
    own = [path for path in scripts if (WIDGET_TESTS / path).with_suffix(".test.mjs").exists()]
    print(f"widget/src/     {len(scripts)} files, {share(len(own), len(scripts))} with a test of their own name")
    typed = [node for path in SOURCES for node in functions_of(path) if node.returns is not None]
    print(f"typed           {share(len(typed), len(lengths))} of the functions say what they return")


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %"


def functions_of(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]


def function_lengths(path: Path) -> list[int]:
    """Return the lines of each function's body, its docstring left out."""
    lengths = []
    for node in functions_of(path):
        body = node.body[1:] if ast.get_docstring(node) is not None else node.body
        lengths.append(body[-1].end_lineno - body[0].lineno + 1 if body else 0)  # type: ignore[operator]
    return lengths


if __name__ == "__main__":
    main()
