"""A signal ends the product in time at whatever moment of its start it comes."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.servers import ROOT, deskbell, environment_for, free_port, run_backend

MOMENTS = 20
ENDS_WITHIN_S = 20.0


@pytest.fixture(scope="module")
def started_s(tmp_path_factory: pytest.TempPathFactory) -> float:
    """Return how long a start takes here, from the command to the first answer."""
    folder = tmp_path_factory.mktemp("timed")
    assert run_backend("migrate", environment=environment_for(folder)).returncode == 0
    began = time.monotonic()
    with deskbell(folder):
        return time.monotonic() - began


@pytest.mark.parametrize("first", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_at_any_moment_of_a_start_ends_in_time(
    tmp_path: Path, started_s: float, first: signal.Signals
) -> None:
    environment = environment_for(tmp_path, PORT=str(free_port()))
    assert run_backend("migrate", environment=environment).returncode == 0
    command = [sys.executable, "-m", "backend", "serve"]
    late = []
    for moment in range(MOMENTS // 2):
        after_s = started_s * 1.2 * (moment + 0.5) / (MOMENTS // 2)
        with (tmp_path / "log").open("ab") as sink:
            server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=sink, stderr=sink)
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
