"""Each turn's end as one log line and as Prometheus metrics."""

from __future__ import annotations

from pathlib import Path

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from backend.domain.turn import Opening, Outcome
from backend.telemetry.workers import make_room, registry_of_all

BREAKER_STATES = ("closed", "half_open", "open")  # the gauge's 0, 1 and 2
MILLISECONDS = (50, 100, 200, 400, 800, 1_600, 3_200, 5_000, 10_000, 30_000, 60_000)

log = structlog.get_logger("turn")


class TurnTelemetry:
    """Implements the port `TurnObserver`. Workers that add their numbers up keep them in `folder`."""

    def __init__(self, folder: Path | None = None) -> None:
        make_room(folder)
        self._folder = folder
        self._registry = CollectorRegistry()
        self._first_text = Histogram(
            "chat_ttft_ms", "Time to first token, ms", ["model"], buckets=MILLISECONDS, registry=self._registry
        )
        self._whole = Histogram(
            "chat_e2e_ms", "Time to the end of a turn, ms", ["model"], buckets=MILLISECONDS, registry=self._registry
        )
        self._tokens = Counter("chat_tokens", "Tokens", ["kind", "model"], registry=self._registry)
        self._cost = Counter("chat_cost_usd", "Cost in US dollars", ["model"], registry=self._registry)
        self._turns = Counter("chat_turns", "Turns by how they ended", ["status"], registry=self._registry)
        self._reports = Counter("chat_widget_reports", "Problems that widgets saw", ["kind"], registry=self._registry)
        self._refusals = Counter("chat_refusals", "Requests that were refused", ["code"], registry=self._registry)
        self._refused_us = Gauge(
            "chat_provider_refuses_us",
            "Whether the provider of models refuses our key or our money: 1 where it does",
            registry=self._registry,
            multiprocess_mode="livemostrecent",
        )
        self._errors = Counter("chat_errors", "Turns that failed", ["type"], registry=self._registry)
        self._retries = Counter("chat_retries", "Times a model was asked again", ["model"], registry=self._registry)
        self._fallbacks = Counter(
            "chat_fallbacks",
            "Turns that another than the first choice answered",
            ["wanted", "answered", "reason"],
            registry=self._registry,
        )
        self._breakers = Gauge(
            "chat_breaker_state",
            "Whether a model is asked: 0 closed (asked), 1 half open (tried), 2 open (left alone)",
            ["model"],
            registry=self._registry,
            multiprocess_mode="livemostrecent",
        )

    def turn_ended(self, opening: Opening, outcome: Outcome) -> None:
        route, usage, timings = outcome.route or opening.route, outcome.usage, outcome.timings
        model, wanted = route.model.id, opening.route.model.id
        self._turns.labels(outcome.status).inc()
        if outcome.error:
            self._errors.labels(outcome.error).inc()
        if outcome.retries:
            self._retries.labels(wanted).inc(outcome.retries)
        if outcome.route:
            self._fallbacks.labels(wanted, model, route.because.removeprefix("fallback: ")).inc()
        if timings.first_text_ms is not None:
            self._first_text.labels(model).observe(timings.first_text_ms)
        if timings.ended_ms is not None:
            self._whole.labels(model).observe(timings.ended_ms)
        for kind, count in (
            ("input", usage.input_tokens),
            ("output", usage.output_tokens),
            ("cache_read", usage.cache_read_tokens),
            ("cache_write", usage.cache_write_tokens),
        ):
            self._tokens.labels(kind, model).inc(count)
        self._cost.labels(model).inc(usage.cost_usd)
        log.info(
            "turn.ended",
            turn=opening.asked.turn,
            site=opening.asked.site.key,
            version=opening.asked.site.version,
            status=outcome.status,
            error=outcome.error or None,
            model=model,
            route=route.because,
            wanted=wanted if outcome.route else None,
            retries=outcome.retries,
            stop_reason=outcome.stop_reason,
            valid=outcome.is_valid,
            flags=[flag.reason for flag in outcome.flags],
            characters=len(opening.question.text),
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cache_read_tokens=usage.cache_read_tokens,
            cost_usd=usage.cost_usd,
            usage_estimated=usage.is_estimated,
            request_id=outcome.request_id,
            first_text_ms=timings.first_text_ms,
            ended_ms=timings.ended_ms,
        )

    def widget_reported(self, site: str, kind: str) -> None:
        """Note a problem that a widget has seen on its page."""
        self._reports.labels(kind).inc()
        log.warning("widget.reported", site=site, kind=kind)

    def refused(self, code: str, status: int, door: str) -> None:
        """Note a request that was refused, by its code and the door at which it came."""
        self._refusals.labels(code).inc()
        log.info("web.refused", code=code, status=status, door=door)

    def provider_refuses(self, is_refused: bool) -> None:
        """Show whether the provider of models lets us in."""
        self._refused_us.set(int(is_refused))

    def breaker_changed(self, model: str, state: str) -> None:
        """Show whether this model is asked, left alone or tried again, and write it down."""
        self._breakers.labels(model).set(BREAKER_STATES.index(state))
        log.warning("breaker.changed", model=model, state=state)

    def exposition(self) -> tuple[bytes, str]:
        """Return the metrics of all workers in Prometheus' text format, with its content type."""
        return generate_latest(registry_of_all(self._folder) or self._registry), CONTENT_TYPE_LATEST
