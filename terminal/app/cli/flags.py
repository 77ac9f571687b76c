"""Flags of `outcry backtest` made from the declarations of a run's settings, so that none is written twice.

A flag left out is None: the person's settings hold then.
"""

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer

from terminal.backtest.declared import Several
from terminal.domain.parameters import Bool, Declaration, Text


def with_flags_for(panels: Mapping[str, Mapping[str, Declaration[Any]]]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A decorator: the command gets a flag for each declaration of `panels` (by heading) and is handed those given as `given_settings`."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        own = [parameter for name, parameter in inspect.signature(command).parameters.items() if name != "given_settings"]
        made = [_flag(name, declared, heading) for heading, group in panels.items() for name, declared in group.items()]

        @functools.wraps(command)
        def run(**values: Any) -> None:
            given = {flag.name: value for flag in made if (value := values.pop(flag.name, None)) is not None}
            command(**values, given_settings=given)

        run.__signature__ = inspect.Signature([*own, *made])  # type: ignore[attr-defined] # typer reads it
        run.__annotations__ = {parameter.name: parameter.annotation for parameter in (*own, *made)}
        return run

    return decorate


def _flag(name: str, declared: Declaration[Any], heading: str) -> inspect.Parameter:
    flag = "--" + name.replace("_", "-")
    is_switch = isinstance(declared, Bool)
    names = (f"{flag}/--no-{flag[2:]}",) if is_switch else (flag,)
    allowed = "" if is_switch or type(declared) is Text else declared.allowed()
    help_text = f"{declared.help} {allowed[:1].upper()}{allowed[1:]}{'.' if allowed else ''}".strip()
    option = typer.Option(*names, help=help_text, rich_help_panel=heading)
    kind: Any = Annotated[bool | None if is_switch else list[str] | None if isinstance(declared, Several) else str | None, option]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind)
