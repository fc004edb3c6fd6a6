"""`verify`: read the record of changes again, and name what was changed in it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from backend.app import House
from backend.commands.output import say
from backend.services.verify_audit import Verified, verify_audit


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "verify",
        help="read the record of changes again, and name what was changed in it",
        description=(
            "Reads every row of the record of changes: each carries the hash of the one before, and the end is sealed "
            "with our key. Names the rows that were changed, moved or taken out; the exit code is then 1."
        ),
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace, house: House) -> int:
    """Print what was found; return 1 where a row is not as it was written."""
    chains = verify_audit(house)
    if args.json:
        print(json.dumps({"chains": [_row(chain) for chain in chains], "rows": _rows(chains)}, indent=1))
    else:
        for chain in chains:
            for fault in chain.faults:
                print(f"{chain.site or 'the house'}, row {fault.number}: {fault.why}")
    is_whole = not any(chain.faults for chain in chains)
    if is_whole:
        say(f"Unchanged: {_rows(chains)} rows in {len(chains)} chains are as they were written.")
    return 0 if is_whole else 1


def _rows(chains: Sequence[Verified]) -> int:
    return sum(chain.rows for chain in chains)


def _row(chain: Verified) -> dict[str, object]:
    faults = [{"row": fault.number, "why": fault.why} for fault in chain.faults]
    return {"site": chain.site or None, "rows": chain.rows, "changed": faults}
