"""An owner's site.toml is read with one clear sentence for every mistake, and written back as it was."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.errors import SettingsError
from backend.domain.personal_data import ACTIONS, KINDS
from backend.domain.site import KNOWN_MODEL, Example, Limits, Models, Safety, Site, SiteSettings, Theme
from backend.domain.turn import Model
from backend.sites.reading import read_site
from backend.sites.writing import write_site

LEAST = 'name = "Shop"\norigins = ["https://shop.example"]\n'


def folder_with(path: Path, text: str | bytes) -> Path:
    path.mkdir(exist_ok=True)
    content = text if isinstance(text, bytes) else text.encode()
    (path / "site.toml").write_bytes(content)
    return path


def test_name_and_origins_are_enough(tmp_path: Path) -> None:
    described = read_site(folder_with(tmp_path, LEAST))
    assert described.settings == SiteSettings("Shop", ("https://shop.example",))
    assert described.key is None


def test_all_that_an_owner_can_say_is_kept(tmp_path: Path) -> None:
    text = f"""{LEAST}
key = "pk_shop1"
persona = '''
You are kind.
'''
constraints = ["No promises."]
greeting = "Hello"
disclosure = "A machine"
starters = ["Hours?"]
locale = "de-CH"
[theme]
accent = "#AABBCC"
mode = "dark"
position = "left"
[limits]
per_minute = 3
[safety]
injection_refuse = 1
personal_data = {{ EMAIL_ADDRESS = "allow" }}
[models]
fast = "claude-x"
max_tokens = 500
[models.known."claude-x"]
input_usd = 1
has_structured_output = true
[[examples]]
question = "Hours?"
message = "9 to 5"
confidence = 1
followups = ["And Sunday?"]
"""
    described = read_site(folder_with(tmp_path, text))
    settings = described.settings
    assert described.key == "pk_shop1"
    assert settings.persona == "You are kind."
    assert settings.theme == Theme("#aabbcc", "dark", "left")
    assert settings.limits == Limits(per_minute=3)
    assert settings.safety == Safety(injection_refuse=1.0, personal_data={"EMAIL_ADDRESS": "allow"})
    assert settings.models.known["claude-x"] == {"input_usd": 1.0, "has_structured_output": True}
    assert settings.examples == (Example("Hours?", "9 to 5", 1.0, ("And Sunday?",)),)
    assert (settings.locale, settings.constraints, settings.starters) == ("de-CH", ("No promises.",), ("Hours?",))


def test_every_fact_about_a_model_can_be_overridden() -> None:
    assert KNOWN_MODEL.keys() == {field.name for field in fields(Model)} - {"id"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('origins = ["https://a.example"]', "name is missing; add a line"),
        ('name = "Shop"', "origins is missing; add a line"),
        (LEAST + "greting = 'x'", "greting is not a field that we know; did you mean greeting?"),
        (
            LEAST + "[theme]\navatar = 'Larkmoor'",
            "theme.avatar must be one to three characters, or the path of an SVG of 20 by 20 such as M4 10h12.",
        ),
        (
            LEAST + "[theme]\ncolour = 1",
            "theme.colour is not a field that we know; known are accent, avatar, mode, position.",
        ),
        (LEAST + "[limits]\nper_minut = 1", "limits.per_minut is not a field that we know; did you mean per_minute?"),
        (LEAST + "greeting = 3", "greeting must be text in quotes, not a whole number."),
        (LEAST + "[persona]\nrole = 'x'", "persona must be text in quotes, not a table."),
        (LEAST + "starters = 'x'", "starters must be a list in brackets, not text in quotes."),
        (LEAST + "[limits]\nper_minute = true", "limits.per_minute must be a whole number, not true or false."),
        (LEAST + "[limits]\nper_minute = 0", "limits.per_minute must be from 1 to 1000000, not 0."),
        (LEAST + "[theme]\naccent = 'red'", "theme.accent must be a colour such as #17607a, not 'red'."),
        (LEAST + "[theme]\nmode = 'night'", "theme.mode must be one of auto, light, dark, not 'night'."),
        (LEAST + "key = 'shop'", "key must be pk_ and 4 to 64 letters or digits, not 'shop'."),
        (LEAST + "locale = 'german!'", "locale must be a language such as en or de-CH, not 'german!'."),
        (LEAST + "[budget]\nday = 1", "budget is not served by this version and would have no effect; remove it."),
        (
            LEAST + "[safety]\nx = 1",
            "safety.x is not a field that we know; known are hold, injection_flag, injection_refuse, link_hosts",
        ),
        (LEAST + "[safety]\ninjection_flag = 2", "safety.injection_flag must be from 0 to 1, not 2."),
        (LEAST + "[safety]\ninjection_refuse = 0.3", "safety.injection_flag must not be above injection_refuse (0.3)"),
        (
            LEAST + "[safety.personal_data]\nEMAIL_ADRESS = 'allow'",
            "safety.personal_data.EMAIL_ADRESS is not a field that we know; did you mean EMAIL_ADDRESS?",
        ),
        (
            LEAST + "[safety.personal_data]\nEMAIL_ADDRESS = 'hide'",
            "safety.personal_data.EMAIL_ADDRESS must be one of allow, redact, refuse, not 'hide'.",
        ),
        (LEAST + "[retention]\ndays = 1", "retention is not served by this version"),
        (LEAST + "[[examples]]\nquestion = 'q'\nmessage = 'm'", "examples, entry 1 has no confidence; add it."),
        (
            LEAST + "[[examples]]\nquestion = 'q'\nmessage = 'm'\nconfidence = 1.5",
            "examples, entry 1: confidence must be from 0 to 1, not 1.5.",
        ),
        (
            LEAST + "[[examples]]\nquestion = 'q'\nmessage = 'm'\nconfidence = 1\nfollowups = ['1','2','3','4']",
            "examples, entry 1: followups has 4 entries; at most 3 are shown.",
        ),
        ("name = ''\norigins = ['https://a.example']", "name must not be empty."),
        ("name = 'Shop'\norigins = []", "origins must name at least one."),
        (LEAST + 'greeting = "a\\u0000b"', "greeting holds a zero character, which cannot be stored; remove it."),
        ("name = 'Shop'\norigins = [", "it is not TOML: "),
        ("name = Shop\n", "it is not TOML: Invalid value (at line 1, column 8)."),
    ],
)
def test_each_mistake_is_said_in_one_sentence_with_file_field_and_remedy(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as told:
        read_site(folder_with(tmp_path, text))
    assert str(told.value).startswith(f"{tmp_path / 'site.toml'}: ")
    assert said in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        ("https://shop.example/", "write 'https://shop.example'"),
        ("https://Shop.Example", "write 'https://shop.example'"),
        ("https://shop.example:443", "write 'https://shop.example'"),
        ("https://shop.example/path?x#y", "write 'https://shop.example'"),
        ("shop.example", "write 'https://shop.example'"),
        ("https://münchen.example", "write 'https://xn--mnchen-3ya.example'"),
        ("ftp://shop.example", "write it such as https://www.example.com"),
        ("https://*.shop.example", "write it such as https://www.example.com"),
        ("https://user@shop.example", "write 'https://shop.example'"),
        ("*", "must not be '*': name each web site"),
        ("null", "must not be 'null': name each web site"),
    ],
)
def test_an_origin_that_no_browser_sends_is_refused_with_the_right_one(tmp_path: Path, origin: str, said: str) -> None:
    text = f"name = 'Shop'\norigins = ['https://ok.example', '{origin}']"
    with pytest.raises(SettingsError, match="origins, entry 2 must") as told:
        read_site(folder_with(tmp_path, text))
    assert said in str(told.value)


@pytest.mark.parametrize(
    "origin", ["http://localhost:8001", "https://a-b.example", "http://127.0.0.1:8001", "http://[::1]:3000"]
)
def test_an_origin_that_a_browser_sends_is_kept(tmp_path: Path, origin: str) -> None:
    described = read_site(folder_with(tmp_path, f"name = 'Shop'\norigins = ['{origin}']"))
    assert described.settings.origins == (origin,)


def test_a_missing_folder_or_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nowhere: there is no such folder"):
        read_site(tmp_path / "nowhere")
    with pytest.raises(SettingsError, match=r"site\.toml: there is no such file"):
        read_site(tmp_path)


def test_a_site_toml_of_another_editor_is_read_or_refused_clearly(tmp_path: Path) -> None:
    assert read_site(folder_with(tmp_path, LEAST.encode("utf-8-sig"))).settings.name == "Shop"
    with pytest.raises(SettingsError, match="it is not UTF-8; save it again"):
        read_site(folder_with(tmp_path, LEAST.encode("utf-16")))


PROSE = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\"'\\\t"), max_size=60).map(
    str.strip
)
LINE = PROSE.map(lambda text: " ".join(text.split())).filter(bool)
SETTINGS = st.builds(
    SiteSettings,
    name=LINE,
    origins=st.just(("https://shop.example", "http://127.0.0.1:8001")),
    persona=PROSE,
    constraints=st.lists(PROSE, max_size=3).map(tuple),
    examples=st.lists(
        st.builds(Example, LINE, PROSE, st.floats(0, 1), st.lists(LINE, max_size=3).map(tuple)), max_size=2
    ).map(tuple),
    greeting=PROSE,
    starters=st.lists(LINE, max_size=3).map(tuple),
    theme=st.builds(Theme, mode=st.sampled_from(["auto", "dark"])),
    limits=st.builds(Limits, per_day=st.integers(1, 1000)),
    safety=st.builds(
        Safety,
        injection_refuse=st.floats(0.5, 1),
        personal_data=st.dictionaries(st.sampled_from(sorted(KINDS)), st.sampled_from(ACTIONS)),
    ),
    models=st.builds(Models, known=st.dictionaries(LINE, st.just({"input_usd": 1.5, "ids": {"bedrock": "b"}}))),
)


@given(settings=SETTINGS)
def test_what_is_exported_is_read_back_as_the_same_settings(
    settings: SiteSettings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = folder_with(tmp_path_factory.mktemp("site"), write_site(Site(1, "pk_shop1", 1, settings)))
    described = read_site(folder)
    assert described.key == "pk_shop1"
    assert replace(described.settings, models=Models()) == replace(settings, models=Models())
    assert {name: dict(row) for name, row in described.settings.models.known.items()} == dict(settings.models.known)
