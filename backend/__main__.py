"""The command line: `python -m backend COMMAND`; each has `--help`.

Exit codes: 0 done, 1 it went wrong, 2 something that was given is wrong.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from backend import __version__
from backend.domain.errors import SettingsError

COMMANDS = ("serve", "migrate", "site", "kb", "user", "check", "eval", "verify", "jobs")


def wanted_of(given: Sequence[str]) -> Sequence[str]:
    """Return the command that is given, which alone is then imported; all of them where none is known by that name."""
    return given[:1] if given[:1] and given[0] in COMMANDS else COMMANDS


def main() -> int:
    """Run one command; say what is wrong in one sentence on standard error."""
    # numpy's threads wait for each other in a loop: on a busy machine a search took 1.4 s with two, 0.2 s with one.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        from backend.app import House
        from backend.settings import read_settings

        parser = argparse.ArgumentParser(prog="python -m backend", description="Deskbell: a support assistant.")
        parser.add_argument("--version", action="version", version=f"Deskbell {__version__}")
        subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
        commands = {name: import_module(f"backend.commands.{name}") for name in wanted_of(sys.argv[1:])}
        for command in commands.values():
            command.add_parser(subparsers)
        arguments = parser.parse_args()
        house = House(read_settings())
        for warning in house.settings.warnings if arguments.command != "jobs" else ():
            print(f"deskbell: {warning}", file=sys.stderr, flush=True)
        try:
            code: int = commands[arguments.command].run(arguments, house)
            return code
        except Exception:
            house.check_tables()  # where they are what is wrong, that is what is said
            raise
        finally:
            house.close()
    except SettingsError as problem:
        print(f"deskbell: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # who read us has left: nothing more to say
        return 1


if __name__ == "__main__":
    sys.exit(main())
