"""What gunicorn and libraries write, as JSON lines like our own: no traceback stands between them."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from backend.telemetry.logs import errors_behind, places_of


class JsonLines(logging.Formatter):
    """Writes a record as one JSON object; an error by its kinds and places, since its text may quote visitors."""

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        line: dict[str, Any] = {
            "event": f"{record.name.partition('.')[0]}.said",
            "said": record.msg if error else record.getMessage(),  # without what stood in the request
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
        }
        if error:
            chain = list(errors_behind(error))
            line["error"] = [type(each).__name__ for each in chain]
            line["at"] = [place for each in chain for place in places_of(each)]
        return json.dumps(line, ensure_ascii=False, default=str)


class JsonLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's logger, in our form."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonLines())


def hear_libraries() -> None:
    """Write what libraries warn of as JSON lines, too."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    handler.setLevel(logging.WARNING)
    logging.getLogger().handlers = [handler]
