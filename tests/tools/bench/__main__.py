"""Runs the benchmarks, prints the table, and ends with 1 where a limit is missed."""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import shutil  # noqa: E402 - everything that follows must find the patched sockets
import subprocess  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
import tomllib  # noqa: E402
import traceback  # noqa: E402
from collections.abc import Iterator, Mapping  # noqa: E402
from contextlib import ExitStack, contextmanager  # noqa: E402
from pathlib import Path  # noqa: E402

from tests.servers import ROOT, deskbell, end, environment_for, free_port, model_server  # noqa: E402
from tests.tools.bench.checks import measure_checks, rows_of_checks  # noqa: E402
from tests.tools.bench.judging import (  # noqa: E402
    measure_judging,
    measure_usual_verdict,
    rows_of_judging,
    rows_of_usual_verdict,
)
from tests.tools.bench.limiting import measure_limiting, rows_of_limiting  # noqa: E402
from tests.tools.bench.live import measure_live, rows_of_live  # noqa: E402
from tests.tools.bench.load import Target  # noqa: E402
from tests.tools.bench.measure import BRIEF, LONG, SHORT, Measured, measure  # noqa: E402
from tests.tools.bench.paging import measure_paging, rows_of_paging  # noqa: E402
from tests.tools.bench.queueing import measure_queueing, rows_of_queueing  # noqa: E402
from tests.tools.bench.searches import measure_searches, rows_of_searches  # noqa: E402
from tests.tools.bench.table import PARTS, is_missed, lines_of, rows_of  # noqa: E402
from tests.tools.bench.widget_size import widget_size  # noqa: E402
from tests.tools.bench.worker import keep_apart, worker_of  # noqa: E402
from tests.tools.bench.worst import measure_worst, rows_of_worst  # noqa: E402

LIMITS = Path(__file__).parents[2] / "bench" / "limits.toml"
EXAMPLE = ROOT / "examples" / "help-centre"
FREE_LIMITS = """
[limits]
per_minute = 1000000
per_hour = 1000000
per_day = 1000000
streams_per_visitor = 1000
streams_per_address = 1000
"""


def main() -> int:
    began = time.monotonic()
    limits: dict[str, float] = tomllib.loads(LIMITS.read_text())
    judging, usual_ms, limiting = measure_judging(), measure_usual_verdict(), measure_limiting()  # while nothing runs
    rows = [*rows_of(measure_all(), widget_size()), *rows_of_checks(measure_checks()), *rows_of_judging(judging)]
    rows += [*rows_of_worst(measure_worst()), *rows_of_usual_verdict(usual_ms), *rows_of_limiting(limiting)]
    with tempfile.TemporaryDirectory(prefix="deskbell-bench-") as folder:
        print("measuring: streams of the usual length", file=sys.stderr, flush=True)
        for name in ("bare", "ours", "pair", "shed", "front"):
            (Path(folder) / name).mkdir()
        rows += rows_of_live(measure_live(lambda: gunicorn("bare", Path(folder) / "bare"), Path(folder)))
    with tempfile.TemporaryDirectory(prefix="deskbell-bench-") as folder:
        rows += rows_of_searches(measure_searches(Path(folder)))
    with tempfile.TemporaryDirectory(prefix="deskbell-bench-") as folder:
        rows += rows_of_queueing(measure_queueing(Path(folder)))
    with tempfile.TemporaryDirectory(prefix="deskbell-bench-") as folder:
        rows += rows_of_paging(measure_paging(Path(folder)))
    print("\n".join(lines_of(rows, limits)))
    print("\nFor the checks of a question, bare is Presidio as it comes, which looks for personal data alone.")
    print("For a reply that goes out, bare is the same without a screen, one pause, and a look for the reply's words.")
    print("Of each question that is searched for the quickest of five times counts, since others use the machine too.")
    print(f"One worker, 50 deltas a second from the scripted model server; {time.monotonic() - began:.0f} s in all.")
    missed = [row.key for row in rows if is_missed(row, limits)]
    if missed:
        print(f"Missed: {', '.join(missed)}.", file=sys.stderr)
    return 1 if missed else 0


def measure_all() -> dict[str, Measured]:
    """Measure every part, one after the other; one that breaks is said and left out of the table."""
    measured = {}
    with model_server() as model, tempfile.TemporaryDirectory(prefix="deskbell-bench-") as folder:
        model.play(BRIEF, SHORT, LONG)
        for part, start in STARTS.items():
            print(f"measuring: {PARTS[part]}", file=sys.stderr, flush=True)
            try:
                with start(model.url, Path(folder)) as (target, worker):
                    if worker is not None:
                        keep_apart(worker)
                    measured[part] = measure(target, worker)
            except Exception:  # noqa: BLE001 - whatever broke, the other rows still say something
                traceback.print_exc()
    return measured


Started = tuple[Target, int | None]


@contextmanager
def start_model(model_url: str, _folder: Path) -> Iterator[Started]:
    def body_of(script: Mapping[str, object]) -> Mapping[str, object]:
        asked = [{"role": "user", "content": question(script)}]
        return {"model": "claude-haiku-4-5", "max_tokens": 1024, "stream": True, "messages": asked}

    yield Target("model", model_url, "/v1/messages", body_of, b'"message_stop"'), None


@contextmanager
def start_bare(_model_url: str, folder: Path) -> Iterator[Started]:
    with gunicorn("bare", folder) as (url, worker):
        yield (
            Target("bare", url, "/v1/chat", lambda script: {"script": script}, b"event: done"),
            worker,
        )


@contextmanager
def start_sdk(model_url: str, folder: Path) -> Iterator[Started]:
    with gunicorn("sdk", folder, ANTHROPIC_BASE_URL=model_url) as (url, worker):

        def body_of(script: Mapping[str, object]) -> Mapping[str, object]:
            return {"message": question(script)}

        yield Target("sdk", url, "/v1/chat", body_of, b"event: done"), worker


@contextmanager
def start_ours(model_url: str, folder: Path) -> Iterator[Started]:
    """Run the product as it is run, with an example's knowledge base and everything on but the limits."""
    site = folder / "site"
    shutil.copytree(EXAMPLE, site)
    with (site / "site.toml").open("a") as settings:
        settings.write(FREE_LIMITS)
    (folder / "home").mkdir()
    named = {"MODEL_PROVIDER": "anthropic", "ANTHROPIC_API_KEY": "none", "ANTHROPIC_BASE_URL": model_url}
    with deskbell(folder / "home", site, as_operators_do=True, **named) as server:
        key = server.sites["site"]

        def body_of(script: Mapping[str, object]) -> Mapping[str, object]:
            return {"site": key, "message": question(script)}

        target = Target("ours", server.url, "/v1/chat", body_of, b'"valid":true')
        yield target, worker_of(server.process.pid)


def question(script: Mapping[str, object]) -> str:
    """Return fifty characters that a visitor might ask, with the name of the script to play."""
    return f"How do I connect my own domain here? {script['match']}"


@contextmanager
def gunicorn(app: str, folder: Path, **settings: str) -> Iterator[tuple[str, int]]:
    """Run one of the bare apps in the same server and worker as the product's."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-k", "gevent", "-w", "1", "-b", f"127.0.0.1:{port}"]
    command += ["--no-control-socket", "--log-level", "error", f"tests.tools.bench.apps:{app}"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment_for(folder, **settings))
    with ExitStack() as ending:
        ending.callback(end, process)
        yield f"http://127.0.0.1:{port}", worker_of(process.pid)


STARTS = {"model": start_model, "bare": start_bare, "sdk": start_sdk, "ours": start_ours}

if __name__ == "__main__":
    sys.exit(main())
