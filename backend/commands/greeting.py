"""The greeting of a person who has started the product, when it is ready."""

from __future__ import annotations

from contextlib import suppress

from backend.accounts.tokens import link_address
from backend.domain.errors import Busy, SettingsError
from backend.domain.toml import read_toml
from backend.services.account_parts import AccountParts
from backend.services.invite_person import invite_first_owner
from backend.settings import Settings

ANSWERERS = {
    "embedded": "the embedded answerer (set ANTHROPIC_API_KEY to have Claude answer)",
    "anthropic": "Claude",
    "bedrock": "Claude on Bedrock",
    "vertex": "Claude on Vertex",
}


def greeting(settings: Settings, parts: AccountParts) -> str:
    """Return where to look, who answers, and how the first owner comes in."""
    lines = [f"Deskbell is ready at {settings.public_url}", f"  answers come from {ANSWERERS[settings.provider]}"]
    if settings.shows_demo:
        lines += demo_lines(settings, {site.key for site in parts.sites.sites()})
    lines += console_lines(settings, parts)
    lines.append("  Ctrl-C ends it.")
    return "\n".join(lines)


def console_lines(settings: Settings, parts: AccountParts) -> list[str]:
    """Return the console's address; where there is nobody yet, a link that makes the first owner, in the demo alone.

    A server's log is kept and read by many: there, a command prints the link.
    """
    with suppress(Busy):  # a database that takes no writes now does not stop a start
        if not parts.people.is_empty():
            return [f"  console: {settings.public_url}/console/"]
        if settings.shows_demo and (link := invite_first_owner(parts)):
            address = link_address(settings.public_url, link.token)
            return [f"  console: {address}", "    (signs the first owner in, once, within 24 hours)"]
    return ["  nobody can sign in yet; `python -m backend user add EMAIL --role owner` prints a link"]


def demo_lines(settings: Settings, known: set[str]) -> list[str]:
    """Return the addresses of the examples that this database has; how to load them where it has none."""
    from backend.web.demo import demo_pages  # its import costs every command half a second

    pages = [page for page in demo_pages(settings.examples_dir) if key_of_demo(settings, page) in known]
    if pages:
        return [f"  demo: {settings.public_url}{page}" for page in pages]
    example = settings.examples_dir / "help-centre"
    return [f"  the examples are not in this database; `python -m backend site apply {example}` adds one"]


def key_of_demo(settings: Settings, page: str) -> str:
    """Return the key of the example that a demo page shows; empty where its folder names none."""
    try:
        return str(read_toml(settings.examples_dir / page.split("/")[2] / "site.toml").get("key", ""))
    except SettingsError:
        return ""
