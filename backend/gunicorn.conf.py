"""How gunicorn runs the app; the values come from the settings.

No preload: gevent patches each worker before it loads the app, and only so is everything patched in the right order.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import Any

from backend.domain.data_dir import hold
from backend.domain.errors import SettingsError
from backend.settings import printable_host, read_settings

LONGEST_TURN_S = 120
LONGEST_JOB_END_S = 5

settings = read_settings()
os.umask(0o077)  # all that we and our workers write is for our own eyes

bind = f"{printable_host(settings.host) if ':' in settings.host else settings.host}:{settings.port}"
workers = settings.workers
worker_class = "backend.web.worker.DrainingWorker"
worker_connections = max(1000, settings.max_streams * 2)
timeout = 30
graceful_timeout = (
    LONGEST_TURN_S + 5 + settings.drain_notice_s
)  # at the deadline workers are killed outright: it must outlast any answer
keepalive = 75  # longer than the proxy in front keeps an idle connection
control_socket_disable = True  # it would lie in the home directory, one for all instances
accesslog = None
errorlog = "-"
logger_class = "backend.telemetry.gunicorn_logs.JsonLogger"
# One step quieter than we are: its `debug` writes every address that is asked for.
loglevel = {"debug": "info", "info": "warning"}.get(settings.log_level, settings.log_level)
proc_name = "deskbell"
if settings.metrics_dir:  # read by prometheus_client when a worker first imports it
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(settings.metrics_dir)


def on_starting(_server: Any) -> None:
    """Keep others from our folder, and begin to count anew: numbers of an earlier run would be added to this one's."""
    try:
        hold(settings.data_dir)
    except SettingsError as problem:
        sys.exit(f"deskbell: {problem}")
    if settings.metrics_dir:
        shutil.rmtree(settings.metrics_dir, ignore_errors=True)
        settings.metrics_dir.mkdir()


def when_ready(server: Any) -> None:
    """Start the jobs beside the workers; they end with us, also where we are killed."""
    if settings.runs_jobs:
        command = [sys.executable, "-m", "backend", "jobs", "--while-parent", str(os.getpid())]
        # A session of its own: Ctrl-C reaches us, and we end it.
        server.jobs = subprocess.Popen(command, start_new_session=True)  # noqa: S603  our own program


def on_exit(server: Any) -> None:
    """End the jobs: a crawl that is cut off goes on at the next start."""
    if jobs := getattr(server, "jobs", None):
        jobs.terminate()
        try:
            jobs.wait(LONGEST_JOB_END_S)
        except subprocess.TimeoutExpired:
            jobs.kill()


def child_exit(_server: Any, worker: Any) -> None:
    """Forget what was true of this worker alone; what it has counted stays."""
    if settings.metrics_dir:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid, str(settings.metrics_dir))


def worker_exit(_server: Any, worker: Any) -> None:
    """Keep what running turns have come to, however the worker ends; one that could not start has none."""
    if behind := getattr(getattr(worker, "wsgi", None), "extensions", {}).get("deskbell"):
        behind.log.close()


def post_worker_init(worker: Any) -> None:
    """Say that we are ready, once we are: what is printed earlier is a promise that may not hold."""
    from backend.commands.greeting import greeting

    print(greeting(settings, worker.wsgi.extensions["deskbell_house"]), flush=True)
