"""A signal ends the product in time at whatever moment of its start it comes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.forked import SERVERS, Forked
from tests.servers import ROOT, deskbell, environment_for, free_port, run_backend

MOMENTS = {True: 3, False: 8}  # as operators do, or with the libraries read
ENDS_WITHIN_S = 20.0


@pytest.fixture(scope="module", params=["as operators do", "with the libraries read"])
def starts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Starts:
    """How a server is started. Libraries take most of a start; where they are read, the moments lie in our own code."""
    starts = Starts(tmp_path_factory.mktemp("data"), request.param == "as operators do")
    assert run_backend("migrate", environment=starts.environment).returncode == 0
    began = time.monotonic()
    with deskbell(starts.folder, as_operators_do=starts.as_operators_do):
        starts.takes_s = time.monotonic() - began
    return starts


@dataclass
class Starts:
    """`takes_s` is how long a start takes here, from the command to the first answer."""

    folder: Path
    as_operators_do: bool
    takes_s: float = 0.0

    @property
    def environment(self) -> dict[str, str]:
        return environment_for(self.folder, PORT=str(free_port()))

    def begin(self) -> subprocess.Popen[bytes] | Forked:
        command = [sys.executable, "-m", "backend", "serve"]
        with (self.folder / "log").open("ab") as sink, Path(os.devnull).open("rb") as nothing:
            if self.as_operators_do:
                return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=sink, stderr=sink)
            return SERVERS.start(["serve"], self.environment, (nothing, sink, sink))


@pytest.mark.parametrize("first", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_at_any_moment_of_a_start_ends_in_time(starts: Starts, first: signal.Signals) -> None:
    late = []
    moments = MOMENTS[starts.as_operators_do]
    for moment in range(moments):
        after_s = starts.takes_s * 1.2 * (moment + 0.5) / moments
        server = starts.begin()
        time.sleep(after_s)  # the moment that is tried
        server.send_signal(first)
        if first is signal.SIGHUP and server.poll() is None:
            time.sleep(0.5)  # its reload has begun, or it has ended
            server.send_signal(signal.SIGTERM)
        try:
            server.wait(ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            late.append(round(after_s, 2))
            server.kill()
            server.wait()
    assert late == []
