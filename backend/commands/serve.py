"""`serve`: migrate, load the examples where asked to, and hand over to gunicorn."""

from __future__ import annotations

import argparse
import errno
import os
import socket
import sys
from pathlib import Path

from backend.app import House
from backend.commands.greeting import ANSWERERS
from backend.commands.migrate import migrate_database
from backend.commands.output import say
from backend.domain.data_dir import hold, what_others_can_read
from backend.domain.errors import SettingsError
from backend.settings import Settings

TOKENS_ARE_LOST = (
    "deskbell: SECRET_KEY is another than at the last start: the tokens that visitors hold no longer count, so nobody "
    "can open a conversation of before. Set the SECRET_KEY of then to undo this."
)
NEED_THEIR_OWN = ("bedrock", "vertex")  # tools, region and credentials, of which the settings say nothing
CONFIG = Path(__file__).parents[1] / "gunicorn.conf.py"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "serve",
        help="run the server",
        description="Migrates the database, then serves until it is ended. HOST and PORT say where.",
    )
    parser.add_argument(
        "--demo",
        action="store_true",
        help="load the examples into an empty database and serve their pages under /demo/",
    )


def run(arguments: argparse.Namespace, house: House) -> int:
    """Become the server; return only where it cannot start."""
    settings = house.settings
    refuse_busy_port(settings)
    hold(settings.data_dir)
    for warning in what_others_can_read(settings.data_dir):
        say(f"deskbell: {warning}")
    _ = house.embedders  # says now, in one sentence, why it cannot be had; so does an answerer below
    migrate_database(settings)
    if house.store.key_checks.keep(settings.secret_key):
        say(TOKENS_ARE_LOST)
    if settings.provider in NEED_THEIR_OWN:
        _ = house.answerer
    if arguments.demo:
        from backend.services.load_examples import load_examples  # reads all that takes pages in

        os.environ["DESKBELL_DEMO"] = "on"
        load_examples(settings.examples_dir, house)
    house.close()
    print(
        f"Starting on {settings.public_url}, answers from {ANSWERERS[settings.provider]} …", file=sys.stderr, flush=True
    )
    command = [sys.executable, "-m", "gunicorn", "-c", str(CONFIG), "backend.wsgi:app"]
    os.execv(sys.executable, command)  # noqa: S606  our own server: it takes our place, so that signals reach it


def refuse_busy_port(settings: Settings) -> None:
    """Raise SettingsError where somebody else listens already; gunicorn would try for seconds and say it five times."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE:
                raise SettingsError(
                    f"PORT={settings.port} on {settings.host} is in use. Set PORT to a free one, or end what has it."
                ) from problem
            raise SettingsError(f"HOST={settings.host}, PORT={settings.port}: {problem.strerror}.") from problem
