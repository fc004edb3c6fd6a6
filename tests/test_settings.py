"""Settings: one clear sentence for every mistake, and keys that make themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.domain.errors import SettingsError
from backend.settings import OURS, data_key_of, read_env_file, read_settings


def test_nothing_has_to_be_set(tmp_path: Path) -> None:
    settings = read_settings({}, tmp_path)
    assert (settings.host, settings.port, settings.provider) == ("127.0.0.1", 8000, "embedded")
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.data_dir == tmp_path / "data"
    assert settings.database_url == f"sqlite:///{tmp_path / 'data' / 'deskbell.sqlite3'}"
    assert not settings.shows_demo


def test_keys_are_made_once_and_kept_for_the_owner_alone(tmp_path: Path) -> None:
    first, second = read_settings({}, tmp_path), read_settings({}, tmp_path)
    assert first.secret_key == second.secret_key
    assert first.data_key == second.data_key
    assert len(first.data_key) == 32
    for name in ("secret_key", "data_key"):
        assert (tmp_path / "data" / name).stat().st_mode & 0o077 == 0
    assert first.secret_key not in repr(first)


def test_a_key_lets_claude_answer(tmp_path: Path) -> None:
    assert read_settings({"ANTHROPIC_API_KEY": "k"}, tmp_path).provider == "anthropic"
    assert read_settings({"ANTHROPIC_API_KEY": "k", "MODEL_PROVIDER": "embedded"}, tmp_path).provider == "embedded"
    assert read_settings({"ANTHROPIC_API_KEY": ""}, tmp_path).provider == "embedded"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("PORT", "70000"),
        ("PORT", "-1"),
        ("PORT", "８０"),
        ("MODEL_PROVIDER", "openai"),
        ("MODEL_PROVIDER", "anthropic"),
        ("DATABASE_URL", "mysql://x"),
        ("PUBLIC_URL", "chat.example.com"),
        ("PUBLIC_URL", "https://chat.example.com/?x"),
        ("ANTHROPIC_BASE_URL", "nonsense"),
        ("MAX_STREAMS", "many"),
        ("WEB_CONCURRENCY", "2"),
        ("SECRET_KEY", "short"),
        ("DATA_KEY", "abcd"),
        ("TRUSTED_PROXIES", "*"),
        ("TRUSTED_PROXIES", "10.0.0.1, 0.0.0.0/0"),
        ("DESKBELL_DEMO", "maybe"),
        ("DESKBELL_SMTP_URL", "mail.example.com"),
        ("DESKBELL_SMTP_URL", "smtp://"),
        ("DESKBELL_SMTP_URL", "smtp://user:secret@mail.example.com"),
        ("DESKBELL_SMTP_URL", "smtps://mail.example.com:x"),
        ("DESKBELL_SMTP_URL", "smtps://mail.example.com"),
        ("DESKBELL_IMAP_URL", "mail.example.com"),
        ("DESKBELL_IMAP_URL", "imaps://mail.example.com"),
        ("DESKBELL_IMAP_URL", "imap://user:secret@mail.example.com"),
        ("DESKBELL_MAIL_FROM", "nobody"),
        ("DESKBELL_TYPO", "1"),
        ("DATA_DIR", "/proc/nowhere"),
        ("REDIS_URL", "localhost:6379"),
        ("DESKBELL_DRAIN_NOTICE_S", "soon"),
        ("DESKBELL_EMBEDDINGS", "minilm"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError) as met:
        read_settings({name: value}, tmp_path)
    assert name in str(met.value)
    assert "\n" not in str(met.value)


def test_a_secret_is_not_repeated_when_it_is_wrong(tmp_path: Path) -> None:
    for name, value in (("SECRET_KEY", "hunter2"), ("DATABASE_URL", "mysql://u:hunter2@h/d")):
        with pytest.raises(SettingsError) as met:
            read_settings({name: value}, tmp_path)
        assert "hunter2" not in str(met.value)


@pytest.mark.parametrize("text", ["00" * 32, "A" * 43, "A" * 43 + "=", "_-" * 21 + "A"])
def test_a_data_key_may_be_written_in_two_ways(text: str) -> None:
    assert len(data_key_of(text)) == 32


@pytest.mark.parametrize("url", ["redis://127.0.0.1:6379/0", "rediss://redis.example", "unix:///run/redis.sock?db=1"])
def test_many_workers_start_where_there_is_a_redis_to_share(tmp_path: Path, url: str) -> None:
    assert read_settings({"WEB_CONCURRENCY": "4", "REDIS_URL": url}, tmp_path).workers == 4
    with pytest.raises(SettingsError, match="needs REDIS_URL"):
        read_settings({"WEB_CONCURRENCY": "4"}, tmp_path)


def test_an_env_file_is_read_beneath_the_environment(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "# a comment\n\nPORT=9000\nexport HOST = 'localhost'  # behind\n"
        'PUBLIC_URL="https://a.example"\nMAX_STREAMS=7 # x\n'
    )
    settings = read_settings({"PORT": "9001"}, tmp_path)
    assert (settings.port, settings.host, settings.max_streams) == (9001, "localhost", 7)
    assert settings.public_url == "https://a.example"


@pytest.mark.parametrize("line", ["PORT 9000", "=x", "1A=x", 'A="never closed', "just words"])
def test_a_broken_env_file_is_named_by_line(tmp_path: Path, line: str) -> None:
    (tmp_path / ".env").write_text(f"# fine\n{line}\n")
    with pytest.raises(SettingsError, match=r"\.env, line 2"):
        read_env_file(tmp_path / ".env")


def test_an_env_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match=r"\.env cannot be read"):
        read_env_file(tmp_path / ".env")


def test_every_setting_of_ours_is_described() -> None:
    described = (Path(__file__).parents[1] / "docs" / "reference" / "settings.md").read_text()
    for name in OURS:
        assert name in described


def test_a_mail_server_is_read_with_its_usual_port(tmp_path: Path) -> None:
    sender = {"DESKBELL_MAIL_FROM": "help@tea.example"}
    for url, port, security in (
        ("smtp://mail.tea.example", 25, "none"),
        ("smtp+starttls://mail.tea.example", 587, "starttls"),
        ("smtps://mail.tea.example:2465", 2465, "tls"),
    ):
        server = read_settings({"DESKBELL_SMTP_URL": url, **sender}, tmp_path).mail_server
        assert server is not None
        assert (server.host, server.port, server.security, server.user) == ("mail.tea.example", port, security, "")
    read = read_settings({"DESKBELL_SMTP_URL": "smtps://a%40b:p%3Aw@mail.tea.example", **sender}, tmp_path)
    assert read.mail_server is not None
    assert (read.mail_server.user, read.mail_server.password) == ("a@b", "p:w")
    assert "p:w" not in repr(read)
    assert read_settings(sender, tmp_path).mail_server is None
