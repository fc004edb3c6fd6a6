"""Runs what a change touches, without a browser and without servers: seconds instead of minutes.

    python -m tests.tools.quick [BASE]      what has changed since BASE, the last commit without one

A file that has changed brings its own test, the tests that import it, and the tests that say where it is tested. The
house's own rules and the docs run always.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.servers import ROOT
from tests.test_house import ELSEWHERE, imports_of, mirror_of, module_of

ALWAYS = ("tests/test_house.py", "tests/test_docs.py")
WIDGET_TESTS = sorted(map(str, (ROOT / "tests" / "widget").rglob("*.test.mjs")))
SLOW = ("api", "bench", "commands", "failures", "hardening", "journeys", "nginx", "restarts", "tools", "widget")


def main() -> int:
    base = sys.argv[1] if len(sys.argv) > 1 else "HEAD"
    changed = [ROOT / path for path in changed_since(base) if (ROOT / path).is_file()]
    tests = sorted({*ALWAYS, *(path.relative_to(ROOT).as_posix() for path in tests_for(changed))})
    print(f"{len(changed)} files have changed; {len(tests)} files of tests run.", flush=True)
    scripts = any(path.suffix in (".js", ".mjs") for path in changed)
    node = subprocess.run(["node", "--test", *WIDGET_TESTS], cwd=ROOT).returncode if scripts else 0
    return (
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", *tests], cwd=ROOT
        ).returncode
        or node
    )


def changed_since(base: str) -> list[str]:
    def git(*arguments: str) -> list[str]:
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()

    return [*git("diff", "--name-only", base), *git("ls-files", "--others", "--exclude-standard")]


def tests_for(changed: list[Path]) -> Iterator[Path]:
    quick = [path for path in (ROOT / "tests").rglob("test_*.py") if is_quick(path)]
    modules = {module_of(path) for path in changed if path.suffix == ".py"}
    for test in quick:
        if test in changed or modules & set(imports_of(test)):
            yield test
    for path in changed:
        if path.is_relative_to(ROOT / "backend"):
            elsewhere = ROOT / ELSEWHERE.get(path.relative_to(ROOT).as_posix(), "-")
            yield from (test for test in (mirror_of(path), elsewhere) if test.is_file() and is_quick(test))


def is_quick(test: Path) -> bool:
    return test.relative_to(ROOT / "tests").parts[0] not in SLOW


if __name__ == "__main__":
    sys.exit(main())
