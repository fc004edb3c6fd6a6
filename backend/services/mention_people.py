"""A note may name colleagues, as in "@mara, is that so?": they see it as soon as they look at the queue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import get_args

from backend.accounts.permissions import permissions
from backend.domain.accounts import Person
from backend.domain.items import DecisionKind, Effect
from backend.domain.site import Site
from backend.services.effect_rules import Cause, Caused, EffectRule
from backend.services.review_parts import ReviewParts

ANY: frozenset[DecisionKind] = frozenset(get_args(DecisionKind))
NAMED = re.compile(r"(?<![\w@.])@([\w+-]+(?:\.[\w+-]+)*(?:@[\w-]+(?:\.[\w-]+)*)?)")
MOST = 10


def mention(cause: Cause, parts: ReviewParts) -> Sequence[Caused]:
    """Let those whom the note names see it; nobody sees their own."""
    names = names_in(cause.decision.decided.note)
    if not names:
        return []
    named = [each for each in people_named(names, reviewers(cause.site, parts)) if each.id != cause.by.person_id]
    for person in named:
        parts.items.mention(cause.decision, cause.site, person.id)
    return [Caused(str(person.id)) for person in named]


def take_back(cause: Cause, effect: Effect, parts: ReviewParts) -> None:
    parts.items.mention_no_more(cause.decision, int(effect.ref))


def names_in(note: str) -> list[str]:
    """Return whom a note names, each once."""
    return list(dict.fromkeys(found.casefold() for found in NAMED.findall(note)))[:MOST]


def people_named(names: Sequence[str], people: Iterable[Person]) -> list[Person]:
    """Return the people whom these names can only mean: an address, what stands in front of its @, or a name."""
    known = list(people)
    found = [[each for each in known if name in calls_of(each)] for name in names]
    return list({each[0].id: each[0] for each in found if len(each) == 1}.values())


def calls_of(person: Person) -> set[str]:
    """Return the names by which colleagues call a person, in small letters."""
    words = person.name.casefold().split()
    return {person.email, person.email.partition("@")[0], "".join(words), ".".join(words), *words[:1]}


def reviewers(site: Site, parts: ReviewParts) -> list[Person]:
    """Return who may review at a site."""
    roles = permissions()["review"].roles
    return [each for each in parts.people.people() if each.removed_at is None and each.roles.at(site.id) in roles]


MENTIONED = EffectRule("mentioned", ANY, mention, take_back)
