"""`outcry strategies` and `outcry settings`: what there is to choose from, read from the same declarations as the window's forms."""

from typing import Annotated, Any

import typer

from terminal.app.cli.conversation import conversation
from terminal.app.cli.words import setting_words, write_json, write_table
from terminal.app.commands import ChangeSetting, ListStrategies
from terminal.domain.parameters import declarations

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


def strategies(as_json: AsJson = False) -> None:
    """List the built-in strategies and those of your folder."""
    with conversation() as talk:
        entries = talk.ask(ListStrategies())
        if as_json:
            write_json([_strategy(entry) for entry in entries])
            return
        rows = [(entry.name, _origin(entry), _parameters(entry), entry.title if entry.error is None else str(entry.error)) for entry in entries]
        write_table(("name", "origin", "parameters", "what it does"), rows)
        typer.echo(f"\nYour own strategies stand in {talk.terminal.paths.strategies}")


def settings(
    name: Annotated[str | None, typer.Argument(help="Setting to change.")] = None,
    value: Annotated[str | None, typer.Argument(help="Its new value.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the settings, or change one: outcry settings NAME VALUE."""
    with conversation(writes=value is not None) as talk:
        if name is not None and value is not None:
            talk.ask(ChangeSetting(name, value))
        current = talk.terminal.settings
        shown = {name: current[name]} if name is not None else dict(current)
        if as_json:
            write_json(shown)
            return
        rows = [(key, setting_words(item), current.declared[key].allowed(), current.declared[key].help) for key, item in shown.items()]
        write_table(("setting", "value", "may be", "what it does"), rows)


def _strategy(entry: Any) -> dict[str, Any]:
    declared = declarations(entry.strategy_class) if entry.strategy_class is not None else {}
    return {
        "name": entry.name,
        "title": entry.title,
        "is_built_in": entry.is_built_in,
        "path": entry.path,
        "parameters": [
            {"name": name, "default": each.default, "allowed": each.allowed(), "unit": each.unit, "help": each.help} for name, each in declared.items()
        ],
        "error": None if entry.error is None else str(entry.error),
    }


def _origin(entry: Any) -> str:
    return "built-in" if entry.is_built_in else "yours" if entry.error is None else "yours, broken"


def _parameters(entry: Any) -> str:
    declared = declarations(entry.strategy_class) if entry.strategy_class is not None else {}
    return " ".join(f"{name}={setting_words(each.default)}" for name, each in declared.items())
