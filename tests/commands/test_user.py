"""`user` on the command line, as an operator types it, and the link that a start prints."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.servers import deskbell, environment_for, run_backend

EMAIL = "mk@shop.example"
LINK = re.compile(r"http://127\.0\.0\.1:8000/console/link/[\w-]{43}\n")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    environment = environment_for(tmp_path)
    assert run_backend("migrate", environment=environment).returncode == 0
    return environment


def user(environment: dict[str, str], *arguments: str) -> str:
    done = run_backend("user", *arguments, environment=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_people_are_invited_listed_reset_and_removed(environment: dict[str, str]) -> None:
    assert user(environment, "list", "--json").strip() == "[]"
    assert LINK.fullmatch(user(environment, "add", EMAIL, "--role", "owner", "--name", "M. K."))
    [row] = json.loads(user(environment, "list", "--json"))
    assert row.pop("invited_until").endswith("Z")
    assert row == {
        "email": EMAIL,
        "name": "M. K.",
        "role": "owner",
        "roles": {},
        "has_password": False,
        "second_factor": False,
        "seen": None,
    }
    first, second = (user(environment, "reset", EMAIL) for _ in range(2))
    assert LINK.fullmatch(first)
    assert first != second
    token = user(environment, "token", EMAIL, "--scope", "read, review", "--name", "Parcel desk")
    assert re.fullmatch(r"dk_[\w-]{43}\n", token)
    assert f"{EMAIL}  owner on every site  invited" in user(environment, "list")
    assert json.loads(user(environment, "remove", EMAIL, "--json")) == {"email": EMAIL}
    assert user(environment, "list", "--json").strip() == "[]"


def test_a_role_counts_on_the_sites_that_are_named(environment: dict[str, str], tmp_path: Path) -> None:
    for name in ("teas", "coffee"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "site.toml").write_text(f'key = "pk_{name}"\nname = "{name}"\norigins = ["https://{name}.example"]\n')
        assert run_backend("site", "apply", str(folder), environment=environment).returncode == 0
    added = user(environment, "add", EMAIL, "--role", "editor", "--site", "pk_teas", "--site", "pk_coffee", "--json")
    assert json.loads(added)["roles"] == {"pk_teas": "editor", "pk_coffee": "editor"}
    changed = json.loads(user(environment, "add", EMAIL, "--role", "owner", "--site", "pk_teas", "--json"))
    assert changed["roles"] == {"pk_teas": "owner", "pk_coffee": "editor"}
    assert changed["link"]
    token = json.loads(user(environment, "token", EMAIL, "--scope", "publish", "--site", "pk_teas", "--json"))
    assert (token["scopes"], token["sites"]) == (["publish"], ["pk_teas"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add", "mk at shop", "--role", "owner"], "'mk at shop' is not an e-mail address."),
        (["add", EMAIL, "--role", "king"], "invalid choice: 'king'"),
        (["add", EMAIL], "--role"),
        (["add", EMAIL, "--role", "owner", "--site", "pk_none"], "There is no site with the key pk_none"),
        (["reset", EMAIL], f"There is nobody with the address '{EMAIL}'"),
        (["remove", EMAIL], f"There is nobody with the address '{EMAIL}'"),
        (["token", EMAIL, "--scope", "read"], f"There is nobody with the address '{EMAIL}'"),
        (["token", EMAIL, "--scope", "read,everything"], "--scope: 'everything' is not one of read, review"),
        (["token", "jt@shop.example", "--scope", "read,publish"], "jt@shop.example has no role that allows publish"),
        (["token", "jt@shop.example", "--scope", ""], "Give at least one scope"),
    ],
)
def test_what_cannot_be_done_is_said(environment: dict[str, str], arguments: list[str], said: str) -> None:
    user(environment, "add", "jt@shop.example", "--role", "viewer")
    refused = run_backend("user", *arguments, environment=environment)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert said in refused.stderr


def test_a_start_prints_a_link_for_the_first_owner_until_there_is_somebody(tmp_path: Path) -> None:
    with deskbell(tmp_path, demo=True) as running:
        log = running.log.read_text()
        assert re.search(rf"console: {running.url}/console/link/[\w-]{{43}}\n", log)
        assert running.run("user", "add", EMAIL, "--role", "owner").returncode == 0
    with deskbell(tmp_path, demo=True) as running:
        later = running.log.read_text().removeprefix(log)
        assert f"console: {running.url}/console/\n" in later
        assert "/console/link/" not in later


def test_a_server_that_is_no_demo_says_which_command_prints_a_link(tmp_path: Path) -> None:
    with deskbell(tmp_path) as running:
        log = running.log.read_text()
    assert "/console/link/" not in log
    assert "`python -m backend user add EMAIL --role owner` prints a link" in log
