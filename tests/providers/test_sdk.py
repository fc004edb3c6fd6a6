"""The SDK that we import knows all that it knows when it is imported whole, and reads less of itself."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from typing import Any

from tests.servers import ROOT

TOLD = """
import json, sys
{first}
from backend.providers.sdk import anthropic
from anthropic import _error_classes
read = sum(name.startswith("anthropic.") for name in sys.modules)
others = [name for name in sys.modules if name.startswith(("anthropic.resources.beta", "anthropic.lib.bedrock"))]

def place(thing):
    return f"{{getattr(thing, '__module__', '')}}.{{getattr(thing, '__qualname__', type(thing).__name__)}}"

def in_module(module):
    return {{name: place(getattr(module, name)) for name in dir(module) if name[0] != "_" and name[0].isupper()}}

failures = in_module(_error_classes)
types = [in_module(anthropic.types), in_module(anthropic.types.beta)]
names = {{name: place(getattr(anthropic, name)) for name in anthropic.__all__}}
from anthropic.lib.bedrock import AnthropicBedrock
from anthropic.lib.vertex import AnthropicVertex
print(json.dumps([read, others, failures, types, names, place(AnthropicBedrock), place(AnthropicVertex)]))
"""


@cache
def told(*, whole: bool) -> list[Any]:
    """Return what a process tells of the SDK that it has imported whole before, or by us alone."""
    program = TOLD.format(first="import anthropic" if whole else "")
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return list(json.loads(ran.stdout.splitlines()[-1]))


def test_all_types_failures_and_names_are_those_of_the_whole_sdk() -> None:
    assert told(whole=False)[2:-2] == told(whole=True)[2:-2]
    assert [place.rpartition(".")[2] for place in told(whole=False)[-2:]] == ["AnthropicBedrock", "AnthropicVertex"]


def test_a_third_of_its_modules_is_read_and_no_beta_or_other_cloud() -> None:
    read, others = told(whole=False)[:2]
    assert read < told(whole=True)[0] / 2
    assert others == []
