"""What nobody asks for is not read; whoever asks gets the real thing, and later imports are as they always were."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

import pytest

from backend.domain.lean_import import names_on_demand, stand_ins

LIBRARY: Mapping[str, str] = {
    "__init__.py": "from .clouds import Rain\nfrom .clouds.snow import *\n",
    "things/__init__.py": (
        '"""Things of a kitchen."""\n\nfrom __future__ import annotations\n\nfrom .cup import Cup as Cup\n'
        "from leanlib.things.plate import (\n    Plate,\n    Plate as Dish,\n)\nfrom .spoon import spoon, Ladle\n"
        "from .fork import Fork\nfrom os import sep\nKNOWN = {'fork': Fork}\n"
    ),
    "things/cup.py": "class Cup: pass\n",
    "things/plate.py": "from .cup import Cup\nclass Plate: cup = Cup\n",
    "things/spoon.py": "def spoon(): return 'stirs'\nclass Ladle: pass\n",
    "things/fork.py": "class Fork: pass\n",
    "clouds/__init__.py": "class Rain: pass\n",
    "clouds/snow.py": "class Flake: pass\nclass Drift: pass\n",
}


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, text in LIBRARY.items():
        (tmp_path / "leanlib" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "leanlib" / name).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    finders = list(sys.meta_path)
    yield
    assert sys.meta_path == finders
    for name in [name for name in sys.modules if name.partition(".")[0] == "leanlib"]:
        del sys.modules[name]


def are_there(*names: str) -> list[bool]:
    return [f"leanlib.things.{name}" in sys.modules for name in names]


@pytest.mark.usefixtures("library")
def test_a_module_is_read_when_a_name_of_it_is_asked_for() -> None:
    with names_on_demand("leanlib.things"):
        things = import_module("leanlib.things")
    assert are_there("cup", "plate", "spoon", "fork") == [False, False, True, True]  # the last two are used at once
    assert things.Dish.__module__ == "leanlib.things.plate"
    assert things.Dish is things.Plate is import_module("leanlib.things.plate").Plate
    assert things.Plate.cup is things.Cup
    assert are_there("cup", "plate") == [True, True]


@pytest.mark.usefixtures("library")
def test_all_else_of_a_package_is_as_it_is_without_us() -> None:
    with names_on_demand("leanlib.things"):
        things = import_module("leanlib.things")
    assert (things.__doc__, things.spoon(), things.KNOWN["fork"]) == ("Things of a kitchen.", "stirs", things.Fork)
    assert {"Cup", "Plate", "Dish", "spoon", "Ladle", "Fork", "sep", "KNOWN"} <= set(dir(things))
    assert hasattr(things, "Cup")
    assert not hasattr(things, "Kettle")
    assert {"Cup", "Plate", "Dish", "Ladle"} <= set(things.__all__)  # for `from leanlib.things import *`


@pytest.mark.usefixtures("library")
def test_what_is_imported_after_the_block_is_read_at_once() -> None:
    with names_on_demand("leanlib.things"):
        pass
    import_module("leanlib.things")
    assert are_there("cup", "plate", "spoon", "fork") == [True] * 4


@pytest.mark.usefixtures("library")
def test_a_stand_in_is_gone_afterwards_and_whoever_imports_its_module_gets_the_real_one() -> None:
    with stand_ins("leanlib.clouds"), names_on_demand("leanlib.things"):
        library = import_module("leanlib")
    assert "leanlib.clouds" not in sys.modules
    assert not hasattr(library, "clouds")
    assert not hasattr(library, "Flake")
    with pytest.raises(ImportError, match=r"leanlib\.clouds\.Rain was not imported"):
        library.Rain()
    assert import_module("leanlib.clouds").Rain() is not None
    assert library.clouds.Rain is import_module("leanlib.clouds").Rain


@pytest.mark.usefixtures("library")
def test_nothing_stands_in_for_what_was_there_before() -> None:
    there = import_module("leanlib.clouds")
    with stand_ins("leanlib.clouds"):
        assert import_module("leanlib").Rain is there.Rain
    assert sys.modules["leanlib.clouds"] is there
