"""Writes the manual's table of settings from their declarations: python docs/write_settings.py."""

from pathlib import Path

from terminal.app.cli.words import setting_words
from terminal.app.settings import Declared
from terminal.domain.parameters import declarations

PAGE = Path(__file__).with_name("settings.md")

HEAD = """# Settings

Change them in the window's Settings panel, with `outcry settings NAME VALUE`, or in `settings.toml` in the config folder (see
[files](files.md)). Only what differs from the default stands in the file. A damaged file falls back to the defaults, says so, and is kept as a copy.

<!-- written by docs/write_settings.py from the declarations in terminal/app/settings.py -->

| setting | default | may be | what it does |
|---|---|---|---|
"""


def page() -> str:
    """The page as it should stand."""
    rows = [
        f"| `{name}` | {f'`{setting_words(each.default)}`' if each.default != '' else 'nothing'} | {each.allowed()} | {each.help} |"
        for name, each in declarations(Declared).items()
    ]
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
