"""A gunicorn worker that ends without cutting an answer off, and that nobody can keep busy by being slow.

1. Told to end with its master (SIGTERM), it first says so for a while: `/readyz` fails and new questions get 503 with
   `Retry-After`, so that whoever balances load looks elsewhere before connections are refused.
2. Told to end because others take over (SIGHUP), it goes on as before until it accepts no more: nobody is refused.
3. It stays until the turns that it began have ended and are kept, whoever still reads them, and until their readers
   have all of them. Connections on which nobody asks for anything are closed last.
4. Told to end before it serves, it ends at once: nothing has begun. A signal that comes before it can hear it waits.
5. What threads do beside its loop gives the interpreter back within SWITCH_S, and Python looks for what nobody needs
   any more where no stream waits for it (tidying.py).
6. A thread moves what was written into SQLite's file: it waits for the disk, and no stream waits with it.
7. How long a request may take to arrive, and how many connections one address has, stands in connections.py.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import gevent
from gevent.threadpool import ThreadPool
from gunicorn.workers.ggevent import GeventWorker  # type: ignore[import-untyped]

from backend.http.addresses import is_within
from backend.web.connections import Connections
from backend.web.tidying import Tidying

KEY = "deskbell"  # where the app keeps its parts: named here again, since the app is not imported before gevent patches
LOOK_S = 0.1
SWITCH_S = 0.0002
TO_END = (signal.SIGTERM, signal.SIGQUIT, signal.SIGINT)


def hold_signals() -> None:
    """Let signals wait: called before a worker is forked, which has its master's handlers until it has its own."""
    signal.pthread_sigmask(signal.SIG_BLOCK, TO_END)


def hear_signals() -> None:
    """Hear signals again, and those that have waited."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, TO_END)


os.register_at_fork(before=hold_signals, after_in_parent=hear_signals)  # the child hears them from `init_signals` on


class DrainingWorker(GeventWorker):  # type: ignore[misc]  # gunicorn has no types
    """The gevent worker, with the rules above."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._connections = Connections(self.worker_connections, self.cfg.keepalive, self._is_trusted)
        self._tidying = Tidying(lambda: not self._parts().producer.running())
        self._is_leaving = False
        self._mover: ThreadPool | None = None  # of one thread, once we have been forked

    def init_signals(self) -> None:
        super().init_signals()
        hear_signals()

    def load_wsgi(self) -> None:
        setattr(gevent.get_hub(), "print_exception", self._tell_broken)  # noqa: B010 - a method, to a checker of types
        sys.setswitchinterval(SWITCH_S)
        with self._tidying.loading():
            super().load_wsgi()
        self._mover = ThreadPool(1)
        self._parts().house.store.leave_log()

    def notify(self) -> None:
        """Tell our master that we live: once a second while we serve."""
        super().notify()
        self._tidying.look()
        if self._mover is not None and not len(self._mover):
            self._mover.spawn(self._parts().house.store.move_log)

    def handle_exit(self, _sig: int, _frame: object) -> None:
        """Begin to leave; called for SIGTERM, also more than once."""
        self._end_before_serving()
        if not self._is_leaving:
            self._is_leaving = True
            gevent.spawn(self._leave)

    def handle_quit(self, sig: int, frame: object) -> None:
        self._end_before_serving()
        super().handle_quit(sig, frame)

    def _end_before_serving(self) -> None:
        if not self.booted:
            os._exit(0)  # an exception might be swallowed by whatever is being imported

    def _leave(self) -> None:
        if not self.is_replaced():
            self._parts().drain.begin()
            gevent.sleep(self._parts().drain.notice_s)
        self.alive = False
        while True:
            gevent.sleep(LOOK_S)
            if len(self._connections) == self._connections.waiting and not self._parts().producer.running():
                self._connections.close_waiting()

    def is_replaced(self) -> bool:
        """Tell whether our master still listens, which it does not when all is to end."""
        ours = {os.fstat(listener.fileno()).st_ino for listener in self.sockets}
        for entry in Path(f"/proc/{self.ppid}/fd").iterdir():
            try:
                if entry.stat().st_ino in ours:
                    return True
            except OSError:
                continue  # closed while we looked
        return False

    def run(self) -> None:
        super().run()
        deadline = time.monotonic() + self.cfg.graceful_timeout
        while self._parts().producer.running() and time.monotonic() < deadline:
            self.notify()
            gevent.sleep(LOOK_S)

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        with self._connections.open(client, addr[0] if addr else "") as connection:
            if connection is not None:
                super().handle(listener, connection, addr)

    def handle_error(self, _req: Any, client: Any, _addr: Any, exc: BaseException) -> None:
        """Answer what is no HTTP with a problem document; gunicorn would write the request's words into its log."""
        from backend.http.not_http import refuse_what_is_no_http

        refuse_what_is_no_http(client, exc)

    def timeout_ctx(self) -> AbstractContextManager[None]:
        """Wait for the next request of a connection, and not at all when we leave."""
        return self._connections.wait_for_head()

    @staticmethod
    def _tell_broken(_context: object, _kind: object, error: BaseException | None, _places: object) -> None:
        """Log what ended a greenlet; gevent would write a traceback between the lines of the log."""
        from backend.telemetry.logs import tell_broken

        tell_broken(error)

    def _is_trusted(self, address: str) -> bool:
        return is_within(address, self._parts().trusted_proxies)

    def _parts(self) -> Any:
        return self.wsgi.extensions[KEY]
