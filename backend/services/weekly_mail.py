"""On Mondays the owners of a site get a mail with last week's numbers, beside those of the week before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from backend.domain.numbers import Span, Voices
from backend.domain.site import Site
from backend.services.outgoing_parts import OutgoingParts
from backend.services.report_numbers import Numbers, report_numbers
from backend.services.write_letter import letter_id, owners_of, write_letter

KIND = "weekly"
WEEK = timedelta(days=7)
FROM_HOUR = 7  # UTC: whoever sleeps is not woken
UNKNOWN = "-"


def mail_weeks(parts: OutgoingParts) -> int:
    """Write the mails that are due, each once; return how many sites there were something to tell of."""
    now = parts.time()
    if not parts.sends_mail or now.weekday() != 0 or now.hour < FROM_HOUR:
        return 0
    end = datetime(now.year, now.month, now.day, tzinfo=UTC)
    return sum(mail_week(site, end, parts) for site in parts.sites.sites() if site.settings.people.weekly)


def mail_week(site: Site, end: datetime, parts: OutgoingParts) -> bool:
    """Write the mails about the week that ended; False where they are written, or nothing was asked for two weeks."""
    key = f"{site.id} {end:%Y-%m-%d}"
    owners = [each for each in owners_of(site, parts) if parts.letters.state(letter_id(KIND, key, each)) is None]
    if not owners:
        return False
    week = report_numbers(site, end - WEEK, end, "day", parts)
    before = report_numbers(site, end - 2 * WEEK, end - WEEK, "day", parts)
    if not week.whole.questions and not before.whole.questions:
        return False
    values: dict[str, Any] = {
        "from_day": f"{end - WEEK:%Y-%m-%d}",
        "to_day": f"{end - timedelta(days=1):%Y-%m-%d}",
        "link": f"{parts.public_url}/console/{site.key}/numbers",
        **told(week),
        **{f"{name}_before": value for name, value in told(before).items()},
    }
    for owner in owners:
        write_letter(KIND, owner, parts, key=key, site=site, **values)
    return True


def told(numbers: Numbers) -> dict[str, str]:
    """Return what a mail says of a week."""
    span: Span = numbers.whole
    voices: Voices = numbers.voices
    share, first = span.answered_share, span.first_text_ms
    return {
        "questions": str(span.questions),
        "answered": UNKNOWN if share is None else f"{share:.0%}",
        "up": str(voices.up),
        "down": str(voices.down),
        "handoffs": str(voices.handoffs),
        "first_text": UNKNOWN if first is None else f"{first / 1000:.1f} s",
        "cost": f"${span.cost_usd:.2f}",
    }
