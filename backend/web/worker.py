"""A gunicorn worker that ends without cutting an answer off.

1. Told to end with its master (SIGTERM), it first says so for a while: `/readyz` fails and new questions get 503 with
   `Retry-After`, so that whoever balances load looks elsewhere before connections are refused.
2. Told to end because others take over (SIGHUP), it goes on as before until it accepts no more: nobody is refused.
3. It stays until the turns that it began have ended and are kept, whoever still reads them, and until their readers
   have all of them. Connections on which nobody asks for anything are closed last.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gevent
from gunicorn.workers.ggevent import GeventWorker  # type: ignore[import-untyped]

KEY = "deskbell"  # where the app keeps its parts: named here again, since the app is not imported before gevent patches
LOOK_S = 0.1


class DrainingWorker(GeventWorker):  # type: ignore[misc]  # gunicorn has no types
    """The gevent worker, with the rules above."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._idle: dict[gevent.Timeout, Any] = {}
        self._connections = 0
        self._is_leaving = False

    def handle_exit(self, _sig: int, _frame: object) -> None:
        """Begin to leave; called for SIGTERM, also more than once."""
        if not self._is_leaving:
            self._is_leaving = True
            gevent.spawn(self._leave)

    def _leave(self) -> None:
        if not self.is_replaced():
            self._parts().drain.begin()
            gevent.sleep(self._parts().drain.notice_s)
        self.alive = False
        while True:
            gevent.sleep(LOOK_S)
            if self._connections == len(self._idle) and not self._parts().producer.running():
                for limit, greenlet in list(self._idle.items()):
                    gevent.kill(greenlet, limit)

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
        self._connections += 1
        try:
            super().handle(listener, client, addr)
        finally:
            self._connections -= 1

    def handle_error(self, _req: Any, client: Any, _addr: Any, exc: BaseException) -> None:
        """Answer what is no HTTP with a problem document; gunicorn would write the request's words into its log."""
        from backend.http.not_http import refuse_what_is_no_http

        refuse_what_is_no_http(client, exc)

    @contextmanager
    def timeout_ctx(self) -> Iterator[None]:
        """Wait for the next request of a connection, at most `keepalive` seconds, and not at all when we leave."""
        limit = gevent.Timeout(self.cfg.keepalive, False)  # type: ignore[arg-type]  # False: ends the block, raises nothing
        self._idle[limit] = gevent.getcurrent()
        try:
            with limit:
                yield
        finally:
            del self._idle[limit]

    def _parts(self) -> Any:
        return self.wsgi.extensions[KEY]
