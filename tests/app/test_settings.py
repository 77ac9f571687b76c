"""Settings: declared once, checked, saved atomically, and never lost to a damaged file."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.app.commands import ChangeSetting
from terminal.app.settings import Declared, Settings
from terminal.app.settings_file import read_toml, write_toml
from terminal.app.state import SettingChanged
from terminal.app.terminal import Terminal
from terminal.domain.errors import BadInput, OutcryError, UnknownName
from terminal.domain.parameters import declarations


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.toml"


def test_without_a_file_every_setting_has_its_default(path: Path) -> None:
    settings = Settings(path)
    assert dict(settings) == {name: each.default for name, each in declarations(Declared).items()}
    assert settings.notices == []
    assert not path.exists()


def test_every_declaration_has_help_and_accepts_its_own_default() -> None:
    for name, each in declarations(Declared).items():
        assert each.help.endswith("."), name
        assert each.check(each.default) == each.default, name


def test_a_change_is_checked_saved_and_read_again(path: Path) -> None:
    assert Settings(path).change("theme", "light") == "light"
    assert Settings(path).change("commission", "0.002") == 0.002
    again = Settings(path)
    assert (again["theme"], again["commission"], again["slippage"]) == ("light", 0.002, 0.0005)
    assert tomllib.loads(path.read_text()) == {"theme": "light", "commission": 0.002}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "blue"),
        ("capital", -1.0),
        ("capital", float("nan")),
        ("commission", "much"),
        ("dense_rows", 3),
        ("seed", 1.5),
        ("size", "risk 1"),
        ("zone", ""),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_and_changes_nothing(path: Path, name: str, value: object) -> None:
    settings = Settings(path)
    before = dict(settings)
    with pytest.raises(BadInput):
        settings.change(name, value)
    assert dict(settings) == before
    assert not path.exists()


def test_an_unknown_setting_suggests_the_nearest(path: Path) -> None:
    with pytest.raises(UnknownName, match="Did you mean theme"):
        Settings(path).change("them", "dark")
    with pytest.raises(UnknownName):
        Settings(path)["nothing like it"]


@pytest.mark.parametrize("address", ["", "http://127.0.0.1:8080", "http://localhost:1/", "http://[::1]:99"])
def test_exchange_requests_may_be_sent_to_this_machine(path: Path, address: str) -> None:
    assert Settings(path).change("exchange_address", address) == address.rstrip("/")


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com:80",
        "http://127.0.0.1",
        "127.0.0.1:80",
        "ftp://127.0.0.1:1",
        "http://127.0.0.1.example.com:80",
        "http://[::1",
        "http://127.0.0.1:99999",
    ],
)
def test_exchange_requests_cannot_be_sent_elsewhere(path: Path, address: str) -> None:
    with pytest.raises(BadInput, match=r"127\.0\.0\.1:PORT"):
        Settings(path).change("exchange_address", address)


@pytest.mark.parametrize("content", [b"theme = ", b"\xff\xfe\x00", b'theme = "light"\ntheme = "dark"', b"[", b"\x00" * 100])
def test_a_damaged_file_falls_back_with_words_and_keeps_a_copy(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    settings = Settings(path)
    assert settings["theme"] == "dark"
    assert "damaged" in settings.notices[0].text
    copy = path.with_suffix(".toml.damaged")
    assert str(copy) in settings.notices[0].text
    settings.change("theme", "light")
    assert copy.read_bytes() == content
    assert Settings(path)["theme"] == "light"


def test_one_bad_value_costs_only_itself(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('theme = "light"\ncapital = -5\nseed = "one"\n')
    settings = Settings(path)
    assert (settings["theme"], settings["capital"], settings["seed"]) == ("light", 10_000.0, 1)
    assert "-5" in settings.notices[0].text
    assert "'one'" in settings.notices[0].text


def test_settings_of_another_version_stay_in_the_file(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('colour_of_tomorrow = "mauve"\n')
    settings = Settings(path)
    settings.change("theme", "light")
    assert settings.notices == []
    assert tomllib.loads(path.read_text()) == {"colour_of_tomorrow": "mauve", "theme": "light"}


def test_whatever_else_stands_in_the_file_is_kept_readable(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('"odd name" = [1, 2.5, inf]\nsince = 2026-05-01T12:00:00Z\n\n[window]\nplaces = [{ x = 1, on = true }]\nat = 07:30:00\n', encoding="utf-8")
    before = tomllib.loads(path.read_text(encoding="utf-8"))
    Settings(path).change("seed", 5)
    assert tomllib.loads(path.read_text(encoding="utf-8")) == before | {"seed": 5}
    assert Settings(path)["seed"] == 5


def test_a_disk_that_refuses_leaves_old_values_in_force(path: Path) -> None:
    settings = Settings(path)
    path.parent.write_text("a file where the folder should be")
    with pytest.raises(OutcryError, match="could not be saved"):
        settings.change("theme", "light")
    assert settings["theme"] == "dark"


def test_a_read_only_program_changes_only_itself(path: Path) -> None:
    settings = Settings(path, read_only=True)
    settings.change("theme", "light")
    assert settings["theme"] == "light"
    assert not path.exists()


def test_changing_through_the_terminal_tells_everyone(terminal: Terminal) -> None:
    heard: list[object] = []
    terminal.publisher.subscribe(lambda _number, value: heard.append(value))
    assert terminal.execute(ChangeSetting("theme", "light")) == "light"
    assert heard == [SettingChanged("theme", "light")]


VALUES = st.text(st.characters(exclude_categories=["Cs"])) | st.booleans() | st.integers(-(2**62), 2**62)


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,12}", fullmatch=True), VALUES))
def test_whatever_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, values: dict[str, object]) -> None:
    path = tmp_path_factory.mktemp("toml") / "settings.toml"
    write_toml(path, values, {})
    assert read_toml(path) == values


def test_a_write_that_fails_leaves_the_old_file_whole(path: Path) -> None:
    write_toml(path, {"theme": "light"}, {})
    with pytest.raises(TypeError):
        write_toml(path, {"theme": object()}, {})
    assert read_toml(path) == {"theme": "light"}
    assert [each.name for each in path.parent.iterdir()] == ["settings.toml"]
