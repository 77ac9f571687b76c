"""`outcry trade`, and what is asked of the engine it starts: status, orders, positions, cancel, flatten, kill, arm.

Each is one command; a kill works with or without an engine.
"""

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import typer

from terminal.app.cli.conversation import conversation
from terminal.app.cli.words import moment_or_none, pairs, plain, write_json, write_table
from terminal.app.commands import AskEngine, Replay, Trade
from terminal.domain.errors import BadInput
from terminal.domain.timeframe import Timeframe
from terminal.domain.words import count
from terminal.risk.limit import NEW_ACCOUNT, PRESETS

Option = typer.Option
Account = Annotated[str, Option(help="The account's name.")]
AsJson = Annotated[bool, Option("--json", help="One JSON document on stdout.")]
_OWN = "paper"


def trade(
    strategy: Annotated[str, Option(help="A built-in's name or a file.")],
    symbols: Annotated[str, Option(help="What to trade, such as BTC/USDT or A,B.")],
    paper: Annotated[bool, Option("--paper", help="Trade with invented money; the only way there is in this version.")] = False,
    venue: Annotated[str, Option(help="Where prices come from.")] = "demo",
    timeframe: Annotated[str, Option(help="Candle length: 1m 5m 15m 30m 1h 4h 1d 1w.")] = "1m",
    account: Account = _OWN,
    capital: Annotated[str, Option(help="What a new account begins with.")] = "10000",
    risk: Annotated[str, Option(help=f"Limits: {', '.join(PRESETS)}.")] = NEW_ACCOUNT,
    share: Annotated[str, Option(help="Share of the equity wished for an entry (0.1 = 10 %); the limits cut it.")] = "1",
    settings: Annotated[list[str] | None, Option("--set", help="A parameter of the strategy: name=value; several times.")] = None,
    seconds: Annotated[float | None, Option("--for", help="End by itself after so many seconds.")] = None,
    replay: Annotated[bool, Option("--replay", help="Over stored candles at full speed instead of the live stream; the account is kept nowhere.")] = False,
    start: Annotated[str | None, Option(help="With --replay: first moment, such as 2024-01-31 (UTC).")] = None,
    end: Annotated[str | None, Option(help="With --replay: last moment, left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Trade a strategy on paper until Ctrl-C; open positions keep their stops for the next session."""
    with conversation() as talk:
        if not paper:
            raise BadInput("Nothing says which money to trade with.", cure="Give --paper: this version trades invented money only.")
        if (start or end) and not replay:
            raise BadInput("A range was given to a live session.", cure="Add --replay, or leave --start and --end out.")
        command = Trade(
            strategy=strategy,
            symbols=tuple(name.strip() for name in symbols.split(",") if name.strip()),
            timeframe=Timeframe.parse(timeframe),
            venue=venue,
            account=account,
            capital=_amount("--capital", capital),
            risk=risk,
            share=_amount("--share", share),
            parameters=pairs(settings or []),
            seconds=seconds,
        )
        over = Replay(command, moment_or_none(start, "--start"), moment_or_none(end, "--end"))
        answer = talk.ask(over, "Replay a session") if replay else talk.run(command)
        if as_json:
            write_json(answer)
            return
        _tell_status(plain(answer.status))
        typer.echo(f"{count(answer.orders)} orders, {count(answer.fills)} fills, {count(len(answer.refusals))} wishes refused.")
        for words in answer.refusals[-5:]:
            typer.echo(f"  refused: {words}")
        for words in answer.decisions[-10:]:
            typer.echo(f"  {words}")


def status(account: Account = _OWN, as_json: AsJson = False) -> None:
    """Say where a paper account stands."""
    with conversation() as talk:
        answer = talk.ask(AskEngine(account, "status"))
        if as_json:
            write_json(answer)
        else:
            _tell_status(answer)


def orders(account: Account = _OWN, as_json: AsJson = False) -> None:
    """List every order of an account with its state and what that rests on."""
    with conversation() as talk:
        answer = talk.ask(AskEngine(account, "orders"))
        if as_json:
            write_json(answer)
            return
        columns = ("id", "symbol", "side", "type", "purpose", "quantity", "filled", "status", "why")
        write_table(columns, [tuple(str(row[name]) for name in columns) for row in answer], right=(5, 6))


def positions(account: Account = _OWN, as_json: AsJson = False) -> None:
    """List what an account holds."""
    with conversation() as talk:
        answer = talk.ask(AskEngine(account, "positions"))
        if as_json:
            write_json(answer)
        elif answer:
            write_table(("symbol", "quantity"), list(answer.items()), right=(1,))
        else:
            typer.echo("Flat.")


def cancel(order: Annotated[str, typer.Argument(help="The order's id.")], account: Account = _OWN) -> None:
    """Ask for one order's cancel."""
    _ask(account, "cancel", {"order": order})


def flatten(account: Account = _OWN) -> None:
    """Close every position of an account at the market."""
    _ask(account, "flatten", {})


def kill(account: Account = _OWN) -> None:
    """Shut the gate: nothing that adds risk leaves, working entries are cancelled, stops stay. Holds until armed again."""
    _ask(account, "kill", {})


def arm(account: Account = _OWN) -> None:
    """Let orders of an account through again after a kill."""
    _ask(account, "arm", {})


COMMANDS = (trade, status, orders, positions, cancel, flatten, kill, arm)


def _ask(account: str, what: str, arguments: dict[str, Any]) -> None:
    with conversation() as talk:
        typer.echo(talk.ask(AskEngine(account, what, arguments)))


def _tell_status(status: dict[str, Any]) -> None:
    rows = [(name.replace("_", " "), _words(value)) for name, value in status.items()]
    write_table(("", ""), rows)


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {amount}" for name, amount in value.items()) or "none"
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value) or "none"
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _amount(flag: str, text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount <= 0:
        raise BadInput(f"{flag} is {text!r}.", cure="Give a number above zero.")
    return amount
