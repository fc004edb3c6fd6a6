"""`jobs`: work that no visitor waits for; `serve` starts and ends it, and it may run alone."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time

from backend.app import House
from backend.app.work import do_jobs
from backend.telemetry.gunicorn_logs import hear_libraries
from backend.telemetry.logs import set_up_logs

LOOKED_AFTER_S = 1.0


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "jobs",
        help="do the work that no visitor waits for: crawl again what is due",
        description="Runs until it is ended. `serve` starts it and ends it (DESKBELL_JOBS=off: it does not).",
    )
    parser.add_argument("--while-parent", type=int, metavar="PID", help="end when this process is no longer our parent")


def run(arguments: argparse.Namespace, house: House) -> int:
    """Do jobs until told to end. SIGHUP begins anew; before there is anything to begin anew it says nothing."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    set_up_logs(house.settings.log_level)
    hear_libraries()
    _ = house.store, house.embedders  # say now, in one sentence, why they cannot be had
    if arguments.while_parent is not None:
        threading.Thread(target=_end_with, args=(arguments.while_parent,), daemon=True).start()
    sys.argv[0:1] = ["-m", "backend"]  # huey begins anew with Python and these
    do_jobs(house)
    return 0


def _end_with(parent: int) -> None:
    """End this process when its parent has: a server that was killed cannot tell us."""
    while os.getppid() == parent:
        time.sleep(LOOKED_AFTER_S)
    os.kill(os.getpid(), signal.SIGTERM)
