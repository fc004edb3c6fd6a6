"""Webhooks, and what was sent to them. Addresses, secrets and what is told are sealed with the site's key.

Rule: what is due is taken by moving its next time on, so that of many processes one has it, and what a process that
died had comes again.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from backend.domain.outgoing import Delivery, EventName, Form, Parcel, TestEvent, Tried, Webhook
from backend.domain.site import Site
from backend.store.outgoing_tables import delivery, webhook
from backend.store.sealing import SealedRows, SiteSeal

LONGEST_ANSWER = 1_000


class StoredWebhooks(SealedRows):
    """Implements WebhookBook."""

    def add(self, site: Site, url: str, form: Form, events: Sequence[EventName], secret: str, by: str) -> Webhook:
        made = Webhook(secrets.token_hex(8), site.id, url, form, tuple(events), True, "", by, self._now())
        with self._database.writing() as connection:
            seal = self._seal_of(connection, site.id)
            row = {
                "id": made.id,
                "site_id": site.id,
                "url_sealed": seal.seal(url, "webhook", made.id, "url_sealed"),
                "secret_sealed": seal.seal(secret, "webhook", made.id, "secret_sealed"),
                "form": form,
                "events": list(events),
                "is_on": True,
                "note": "",
                "made_by": by,
                "made_at": made.made_at,
            }
            connection.execute(webhook.insert().values(row))
        return made

    def webhooks(self, site: Site) -> Sequence[Webhook]:
        wanted = select(webhook).where(webhook.c.site_id == site.id).order_by(webhook.c.made_at, webhook.c.id)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
            seal = self._seal_of(connection, site.id) if rows else None
        return [_webhook(row, seal) for row in rows if seal]

    def webhook(self, site: Site, webhook: str) -> Webhook | None:
        return next((each for each in self.webhooks(site) if each.id == webhook), None)

    def remove(self, site: Site, webhook_id: str) -> bool:
        with self._database.writing() as connection:
            theirs = (webhook.c.site_id == site.id, webhook.c.id == webhook_id)
            connection.execute(
                delete(delivery).where(delivery.c.site_id == site.id, delivery.c.webhook_id == webhook_id)
            )
            return connection.execute(delete(webhook).where(*theirs)).rowcount == 1

    def switch_on(self, site: Site, webhook_id: str) -> bool:
        switching = update(webhook).where(webhook.c.site_id == site.id, webhook.c.id == webhook_id)
        with self._database.writing() as connection:
            return connection.execute(switching.values(is_on=True, note="", failing_since=None)).rowcount == 1

    def switch_off(self, hook: Webhook, why: str) -> None:
        with self._database.writing() as connection:
            connection.execute(update(webhook).where(webhook.c.id == hook.id).values(is_on=False, note=why))

    def put_on(self, site: Site, event: EventName, told: Mapping[str, object], conversation: str | None = None) -> int:
        wanted = select(webhook.c.id, webhook.c.events).where(webhook.c.site_id == site.id, webhook.c.is_on)
        with self._database.reading() as connection:
            hooks = [row.id for row in connection.execute(wanted) if event in row.events]
        if hooks:
            with self._database.writing() as connection:
                seal = self._seal_of(connection, site.id)
                for hook in hooks:
                    self._put_on(connection, seal, hook, event, told, conversation)
        return len(hooks)

    def put_on_one(self, hook: Webhook, event: EventName | TestEvent, told: Mapping[str, object]) -> str:
        with self._database.writing() as connection:
            return self._put_on(connection, self._seal_of(connection, hook.site_id), hook.id, event, told, None)

    def _put_on(
        self,
        connection: Connection,
        seal: SiteSeal,
        hook: str,
        event: str,
        told: Mapping[str, object],
        conversation: str | None,
    ) -> str:
        name, now = f"msg_{secrets.token_hex(12)}", self._now()
        row = {
            "id": name,
            "site_id": seal.site_id,
            "webhook_id": hook,
            "conversation_id": conversation,
            "event": event,
            "told_sealed": seal.seal(json.dumps(told, ensure_ascii=False), "delivery", name, "told_sealed"),
            "state": "waiting",
            "tries": 0,
            "created_at": now,
            "next_at": now,
        }
        connection.execute(delivery.insert().values(row))
        return name

    def deliveries(self, hook: Webhook, most: int, before: str | None = None) -> Sequence[Delivery]:
        wanted = select(delivery).where(delivery.c.webhook_id == hook.id, delivery.c.site_id == hook.site_id)
        if before is not None:
            place = select(delivery.c.serial).where(delivery.c.id == before).scalar_subquery()
            wanted = wanted.where(delivery.c.serial < place)
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(delivery.c.serial.desc()).limit(most)).all()
            seal = self._seal_of(connection, hook.site_id) if rows else None
        return [_delivery(row, seal) for row in rows if seal]

    def send_again(self, hook: Webhook, name: str) -> bool:
        ended = (delivery.c.id == name, delivery.c.webhook_id == hook.id, delivery.c.state != "waiting")
        fresh = {"state": "waiting", "tries": 0, "created_at": self._now(), "next_at": self._now(), "ended_at": None}
        with self._database.writing() as connection:
            return connection.execute(update(delivery).where(*ended).values(**fresh)).rowcount == 1

    def take_due(self, most: int, again_at: datetime) -> Sequence[Parcel]:
        due = (delivery.c.state == "waiting", delivery.c.next_at <= self._now())
        wanted = (
            select(delivery.c.id, delivery.c.next_at)
            .join(webhook, webhook.c.id == delivery.c.webhook_id)
            .where(*due, webhook.c.is_on)
            .order_by(delivery.c.next_at)
            .limit(most)
        )
        with self._database.reading() as connection:
            found = connection.execute(wanted).all()
        return [parcel for row in found if (parcel := self._take(row.id, row.next_at, again_at))]

    def _take(self, name: str, next_at: datetime, again_at: datetime) -> Parcel | None:
        mine = (delivery.c.id == name, delivery.c.next_at == next_at, delivery.c.state == "waiting")
        with self._database.writing() as connection:
            if connection.execute(update(delivery).where(*mine).values(next_at=again_at)).rowcount != 1:
                return None
            row = connection.execute(select(delivery).where(delivery.c.id == name)).one()
            hook = connection.execute(select(webhook).where(webhook.c.id == row.webhook_id)).one()
            seal = self._seal_of(connection, row.site_id)
        told = json.loads(seal.open(row.told_sealed, "delivery", row.id, "told_sealed"))
        secret = seal.open(hook.secret_sealed, "webhook", hook.id, "secret_sealed")
        return Parcel(_delivery(row, seal), _webhook(hook, seal), secret, told)

    def settle(self, sent: Delivery, tried: Tried, next_at: datetime | None) -> None:
        now, is_over = self._now(), next_at is None
        state = "done" if tried.has_arrived else "failed" if is_over else "waiting"
        with self._database.writing() as connection:
            site_id = connection.execute(select(webhook.c.site_id).where(webhook.c.id == sent.webhook)).scalar_one()
            seal = self._seal_of(connection, site_id)
            said = seal.seal(tried.said[:LONGEST_ANSWER], "delivery", sent.id, "answer_sealed")
            values = {"state": state, "status": tried.status, "answer_sealed": said, "tries": sent.tries + 1}
            settling = update(delivery).where(delivery.c.id == sent.id, delivery.c.state == "waiting")
            connection.execute(settling.values(**values, next_at=next_at or now, ended_at=now if is_over else None))
            theirs = update(webhook).where(webhook.c.id == sent.webhook)
            if tried.has_arrived:
                connection.execute(theirs.where(webhook.c.failing_since.is_not(None)).values(failing_since=None))
            else:
                connection.execute(theirs.where(webhook.c.failing_since.is_(None)).values(failing_since=now))

    def failing_since(self, hook: Webhook) -> datetime | None:
        with self._database.reading() as connection:
            since: datetime | None = connection.execute(
                select(webhook.c.failing_since).where(webhook.c.id == hook.id)
            ).scalar_one_or_none()
        return since


def _webhook(row: Row[Any], seal: SiteSeal) -> Webhook:
    return Webhook(
        row.id,
        row.site_id,
        seal.open(row.url_sealed, "webhook", row.id, "url_sealed"),
        row.form,
        tuple(row.events),
        row.is_on,
        row.note,
        row.made_by,
        row.made_at,
    )


def _delivery(row: Row[Any], seal: SiteSeal) -> Delivery:
    said = row.answer_sealed
    return Delivery(
        row.id,
        row.webhook_id,
        row.event,
        row.state,
        row.tries,
        row.status,
        "" if said is None else seal.open(said, "delivery", row.id, "answer_sealed"),
        row.created_at,
        row.next_at,
        row.ended_at,
    )
