"""Every setting of the product, read once at the start. The only file that reads the environment.

1. A setting comes from the environment, or else from a `.env` file in the working directory.
2. Names that are not in the contract's table begin with DESKBELL_; an unknown one of these stops the start.
3. A malformed value stops the start with one sentence that names the setting and the remedy.
4. Keys that nobody set are made on the first start and kept in DATA_DIR, readable by the owner alone (data_dir.py).
"""

from __future__ import annotations

import base64
import ipaddress
import os
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal
from urllib.parse import unquote as unquote_url
from urllib.parse import urlsplit

from backend.domain.data_dir import make_private_folder
from backend.domain.email import address_of_person
from backend.domain.errors import SettingsError
from backend.domain.outgoing import InboxServer, MailServer

PROVIDERS = ("auto", "anthropic", "bedrock", "vertex", "embedded")
OURS = (
    "DESKBELL_DEMO",
    "DESKBELL_DRAIN_NOTICE_S",
    "DESKBELL_EMBEDDINGS",
    "DESKBELL_EXAMPLES",
    "DESKBELL_IMAP_URL",
    "DESKBELL_JOBS",
    "DESKBELL_LOG",
    "DESKBELL_MAIL_FROM",
    "DESKBELL_SMTP_URL",
)
LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")
KEYS = ("SECRET_KEY", "DATA_KEY")
KEY_BYTES = 32
# How a mail server is spoken to, and the port that it has where none is named.
MAIL_KINDS: Mapping[str, tuple[Literal["none", "starttls", "tls"], int]] = {
    "smtp": ("none", 25),
    "smtp+starttls": ("starttls", 587),
    "smtps": ("tls", 465),
}
INBOX_KINDS: Mapping[str, tuple[Literal["none", "starttls", "tls"], int]] = {
    "imap": ("none", 143),
    "imap+starttls": ("starttls", 143),
    "imaps": ("tls", 993),
}
LOOPBACK = ("localhost", "127.0.0.1", "::1")
LEAST_SECRET = 16
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of this process. `provider` is already decided: it is never `auto`."""

    host: str
    port: int
    public_url: str
    provider: str
    anthropic_api_key: str | None
    anthropic_base_url: str | None
    database_url: str = field(repr=False)
    data_dir: Path
    redis_url: str | None = field(repr=False)
    workers: int
    max_streams: int
    secret_key: str = field(repr=False)
    data_key: bytes = field(repr=False)
    trusted_proxies: tuple[Network, ...]
    shows_demo: bool
    examples_dir: Path
    log_level: str
    drain_notice_s: int
    runs_jobs: bool = True
    uses_embeddings: bool = False
    mail_server: MailServer | None = None
    inbox_server: InboxServer | None = None
    made_keys: tuple[str, ...] = ()  # names of the keys that this start has made
    warnings: tuple[str, ...] = ()  # sentences for the operator, said once

    @property
    def has_database_elsewhere(self) -> bool:
        """Tell whether the database outlives DATA_DIR: then the keys must, too."""
        return not self.database_url.startswith(f"sqlite:///{self.data_dir}/")

    @property
    def metrics_dir(self) -> Path | None:
        """Where workers keep the numbers that are added up; None for one worker, whose memory is enough."""
        return self.data_dir / "metrics" if self.workers > 1 else None


def read_settings(environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """Return the settings of this process; raise SettingsError for the first that is wrong. Makes missing keys."""
    folder = folder or Path.cwd()
    values = {**read_env_file(folder / ".env"), **(os.environ if environment is None else environment)}
    values = {name: value.strip() for name, value in values.items()}
    refuse_unknown(values)
    read = _Reader(values)
    host, port = read.text("HOST", "127.0.0.1"), read.whole("PORT", 8000, 1, 65_535)
    data_dir = (folder / read.text("DATA_DIR", "data")).resolve()
    redis_url = read.checked("REDIS_URL", "", check_redis) or None
    refuse_many_workers(workers := read.whole("WEB_CONCURRENCY", 1, 1, 64), redis_url)
    warnings = make_private_folder(data_dir)
    made_keys = missing_keys(values, data_dir)
    settings = Settings(
        host=host,
        port=port,
        public_url=read.checked("PUBLIC_URL", f"http://{printable_host(host)}:{port}", check_url).rstrip("/"),
        provider=choose_provider(read),
        anthropic_api_key=values.get("ANTHROPIC_API_KEY") or None,
        anthropic_base_url=read.checked("ANTHROPIC_BASE_URL", "", check_url) or None,
        database_url=read.checked("DATABASE_URL", f"sqlite:///{data_dir / 'deskbell.sqlite3'}", check_database),
        data_dir=data_dir,
        redis_url=redis_url,
        workers=workers,
        max_streams=read.whole("MAX_STREAMS", 500, 1, 100_000),
        secret_key=read.checked("SECRET_KEY", "", check_secret) or kept_key(data_dir / "secret_key"),
        data_key=data_key_of(values.get("DATA_KEY") or kept_key(data_dir / "data_key")),
        trusted_proxies=networks_of(values.get("TRUSTED_PROXIES", "")),
        shows_demo=read.choice("DESKBELL_DEMO", "off", ("on", "off")) == "on",
        examples_dir=(folder / read.text("DESKBELL_EXAMPLES", "examples")).resolve(),
        log_level=read.choice("DESKBELL_LOG", "info", ("debug", "info", "warning", "error")),
        drain_notice_s=read.whole("DESKBELL_DRAIN_NOTICE_S", 1, 0, 60),
        runs_jobs=read.choice("DESKBELL_JOBS", "on", ("on", "off")) == "on",
        uses_embeddings=read.choice("DESKBELL_EMBEDDINGS", "off", ("on", "off")) == "on",
        mail_server=mail_server_of(read),
        inbox_server=inbox_server_of(read),
        made_keys=made_keys,
    )
    return replace(settings, warnings=(*warnings, *warnings_about_keys(settings)))


class _Reader:
    """Reads one value at a time; its errors name the setting."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def text(self, name: str, default: str) -> str:
        return self._values.get(name) or default

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        text = self.text(name, str(default))
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise SettingsError(f"{name}={text!r} is not a whole number from {least} to {most}.")
        return int(text)

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        text = self.text(name, default).lower()
        if text not in choices:
            raise SettingsError(f"{name}={text!r} is not one of {', '.join(choices)}.")
        return text

    def checked(self, name: str, default: str, check: Callable[[str], str | None]) -> str:
        """Return the value; `check` says what is wrong with one that was given, None where it is right."""
        text = self._values.get(name) or ""
        if text and (problem := check(text)):
            raise SettingsError(f"{name} {problem}")
        return text or default


def read_env_file(path: Path) -> dict[str, str]:
    """Return the settings of a `.env` file: NAME=value lines, quotes and # comments; none where there is no file."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingsError(f"{path.name} cannot be read: {problem}.") from problem
    values = {}
    for number, line in enumerate(lines, start=1):
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        found = LINE.fullmatch(bare)
        if not found:
            raise SettingsError(f"{path.name}, line {number}: not of the form NAME=value.")
        values[found[1]] = unquoted(found[2], f"{path.name}, line {number}")
    return values


def unquoted(value: str, where: str) -> str:
    """Return a value without its quotes, or without the comment behind it."""
    if value[:1] in ("'", '"'):
        end = value.find(value[0], 1)
        if end < 0:
            raise SettingsError(f"{where}: the quote that opens the value is never closed.")
        return value[1:end]
    return re.split(r"\s+#", value, maxsplit=1)[0].strip()


def refuse_unknown(values: Mapping[str, str]) -> None:
    for name in sorted(values):
        if name.startswith("DESKBELL_") and name not in OURS:
            raise SettingsError(f"{name} is not a setting; there are {', '.join(OURS)}.")


def refuse_many_workers(workers: int, redis_url: str | None) -> None:
    if workers > 1 and redis_url is None:
        raise SettingsError(
            f"WEB_CONCURRENCY={workers} needs REDIS_URL: without it limits and running answers live in one worker's "
            "memory, and a second worker would double the ones and lose the others. Set REDIS_URL, or run one."
        )


def choose_provider(read: _Reader) -> str:
    """Return who answers: with `auto`, Claude where there is a key and the embedded answerer where there is none."""
    provider = read.choice("MODEL_PROVIDER", "auto", PROVIDERS)
    has_key = bool(read.text("ANTHROPIC_API_KEY", ""))
    if provider == "anthropic" and not has_key:
        raise SettingsError("MODEL_PROVIDER=anthropic needs ANTHROPIC_API_KEY. Set it, or set MODEL_PROVIDER=embedded.")
    if provider == "auto":
        return "anthropic" if has_key else "embedded"
    return provider


def check_url(text: str) -> str | None:
    if not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", text):
        return f"{text!r} is not an address like https://chat.example.com."
    return None


def check_database(text: str) -> str | None:
    if not text.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        return "is not a SQLAlchemy URL that begins with sqlite:/// or postgresql://."
    return None


def check_redis(text: str) -> str | None:
    if not re.fullmatch(r"(rediss?://[^\s/]+|unix://[^\s]*/)[^\s]*", text):
        return "is not an address that begins with redis://, rediss:// or unix://."
    return None


def mail_server_of(read: _Reader) -> MailServer | None:
    """Return where letters are handed in; None where no mail is sent."""
    url = read.checked("DESKBELL_SMTP_URL", "", check_mail_server)
    sender = read.checked("DESKBELL_MAIL_FROM", "", check_sender)
    if not url:
        return None
    if not sender:
        raise SettingsError("DESKBELL_SMTP_URL needs DESKBELL_MAIL_FROM, the address that mails come from.")
    parts = urlsplit(url)
    security, port = MAIL_KINDS[parts.scheme]
    user, password = unquote_url(parts.username or ""), unquote_url(parts.password or "")
    return MailServer(parts.hostname or "", parts.port or port, security, user, password, sender)


def check_mail_server(text: str) -> str | None:
    try:
        parts = urlsplit(text)
        is_good = parts.scheme in MAIL_KINDS and parts.hostname and parts.port != 0 and parts.path in ("", "/")
    except ValueError:
        is_good = False
    if not is_good:
        return f"is not an address that begins with {', '.join(f'{kind}://' for kind in MAIL_KINDS)}."
    if parts.password and parts.scheme == "smtp" and parts.hostname not in LOOPBACK:
        return "would send the password unencrypted. Use smtp+starttls:// or smtps://."
    return None


def inbox_server_of(read: _Reader) -> InboxServer | None:
    """Return where mails to us are looked up; None where nobody reads them."""
    url = read.checked("DESKBELL_IMAP_URL", "", check_inbox_server)
    if not url:
        return None
    parts = urlsplit(url)
    security, port = INBOX_KINDS[parts.scheme]
    user, password = unquote_url(parts.username or ""), unquote_url(parts.password or "")
    folder = unquote_url(parts.path.strip("/")) or "INBOX"
    return InboxServer(parts.hostname or "", parts.port or port, security, user, password, folder)


def check_inbox_server(text: str) -> str | None:
    try:
        parts = urlsplit(text)
        is_good = parts.scheme in INBOX_KINDS and parts.hostname and parts.port != 0 and parts.username
    except ValueError:
        is_good = False
    if not is_good:
        kinds = ", ".join(f"{kind}://" for kind in INBOX_KINDS)
        return f"is not an address that begins with {kinds} and names who looks, such as imaps://help:password@host."
    if parts.scheme == "imap" and parts.hostname not in LOOPBACK:
        return "would send the password unencrypted. Use imap+starttls:// or imaps://."
    return None


def check_sender(text: str) -> str | None:
    return None if address_of_person(text) else f"{text!r} is not an address like help@example.com."


def check_secret(text: str) -> str | None:
    return f"is shorter than {LEAST_SECRET} characters." if len(text) < LEAST_SECRET else None


def data_key_of(text: str) -> bytes:
    """Return the 32 bytes of a DATA_KEY in base64 or hexadecimal."""
    for decode in (bytes.fromhex, lambda value: base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))):
        try:
            key = decode(text)
        except ValueError:
            continue
        if len(key) == KEY_BYTES:
            return key
    raise SettingsError("DATA_KEY is not 32 bytes in base64 or hexadecimal. `openssl rand -hex 32` makes one.")


def networks_of(text: str) -> tuple[Network, ...]:
    """Return the networks of TRUSTED_PROXIES; refuse one that would trust everybody."""
    networks = []
    for part in filter(None, re.split(r"[,\s]+", text)):
        try:
            network = ipaddress.ip_network(part, strict=False)
        except ValueError as problem:
            raise SettingsError(f"TRUSTED_PROXIES: {part!r} is not an address or network.") from problem
        if network.prefixlen == 0:
            raise SettingsError(f"TRUSTED_PROXIES: {part} would believe every client. Name the proxies' own addresses.")
        networks.append(network)
    return tuple(networks)


def printable_host(host: str) -> str:
    """Return the host as it stands in an address that a person on this machine can open."""
    if host in ("0.0.0.0", "::"):  # noqa: S104  compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def missing_keys(values: Mapping[str, str], data_dir: Path) -> tuple[str, ...]:
    """Return the names of the keys that nobody set and no earlier start has made."""
    return tuple(name for name in KEYS if not values.get(name) and not (data_dir / name.lower()).exists())


def warnings_about_keys(settings: Settings) -> Iterator[str]:
    """Yield what an operator must know of new keys: a database elsewhere will be read with them for ever."""
    made = settings.made_keys
    if made and settings.has_database_elsewhere:
        files = " and ".join(str(settings.data_dir / name.lower()) for name in made)
        yield (
            f"{' and '.join(made)} not set: made in {files}, for a database that is not in DATA_DIR. "
            "Keep what was made: every server of this database needs the same keys."
        )


def kept_key(path: Path) -> str:
    """Return the key in this file; make it first where there is none. Two starts at once end with the same key."""
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    except OSError as problem:
        raise SettingsError(
            f"{path} cannot be written: {problem.strerror}. Set DATA_DIR to a folder of yours."
        ) from problem
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(KEY_BYTES) + "\n")
    return path.read_text(encoding="ascii").strip()
