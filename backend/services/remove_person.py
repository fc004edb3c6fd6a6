"""A person is removed, and can come back for some days.

Sessions and links end at once; tokens do not count meanwhile.
"""

from __future__ import annotations

from backend.accounts.rules import rules
from backend.domain.accounts import Person
from backend.domain.audit import COMMAND_LINE, By, Change
from backend.domain.errors import SettingsError
from backend.services.account_parts import AccountParts
from backend.services.change_roles import last_owner, told
from backend.services.record_change import record_change


def remove_person(person: Person, by: By, parts: AccountParts) -> None:
    """Remove a person; raise SettingsError for the last owner of every site, but for the command line."""
    parts.people.forget_removed_before(parts.time() - rules().removal_is_undone)
    if not parts.people.remove(person, keeps_an_owner=by != COMMAND_LINE):
        raise SettingsError(last_owner(person))
    record_change(Change("person.removed", person.email, told(person.roles, parts)), by, parts)


def restore_person(person: Person, by: By, parts: AccountParts) -> bool:
    """Undo a removal; False where there is nothing to undo."""
    if not parts.people.restore(person):
        return False
    record_change(Change("person.restored", person.email, None, told(person.roles, parts)), by, parts)
    return True
