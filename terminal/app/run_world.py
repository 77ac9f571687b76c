"""What a face hands in about the world around a run, as files and texts, becomes the data that a run's options take.

Exchange rates, other series, splits and dividends, dated lists, and the shares of several strategies. Called by the handlers that run backtests.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from terminal.app.commands import Beside
from terminal.backtest.declared import DECLARED_WORLD
from terminal.domain.errors import BadInput

if TYPE_CHECKING:
    from terminal.domain.candles import Candles, KnownSeries

__all__ = ["DECLARED_WORLD", "beside_of", "portions_of", "texts_of", "with_world"]


def with_world(options: Mapping[str, Any]) -> dict[str, Any]:
    """`options` with every file and text among `rates`, `series`, `actions`, `universe` and `shares` read; raises BadInput in words."""
    found = {name: value for name, value in options.items() if name not in DECLARED_WORLD or value not in (None, "", (), [])}
    for name in ("rates", "series"):
        texts = _texts(found.get(name))
        if texts is not None:
            found[name] = _named(texts, name)
    for name in ("actions", "universe"):
        given = found.get(name)
        if isinstance(given, str | Path):
            found[name] = _read(name, Path(given))
    if isinstance(found.get("shares"), str):
        found["portions"] = portions_of(found.pop("shares"))
    return found


def portions_of(text: str) -> tuple[float, ...]:
    """The shares of the capital that "60%, 0.4" names; raises BadInput."""
    try:
        return tuple(float(part.strip()[:-1]) / 100 if part.strip().endswith("%") else float(part) for part in text.split(","))
    except ValueError:
        raise BadInput(f"The shares are {text!r}.", cure="Give one for each strategy, joined by commas, such as 60%,40%.") from None


def beside_of(text: str) -> Beside:
    """The strategy meant by "mean_reversion" or "mean_reversion:window=20,low=25"; raises BadInput."""
    head, separator, values = text.strip().rpartition(":")
    if not separator or "=" not in values:
        return Beside(text.strip())
    pairs = [part.partition("=") for part in values.split(",")]
    wrong = next((f"{name}{sign}{value}" for name, sign, value in pairs if not sign or not name.strip()), None)
    if wrong is not None:
        raise BadInput(f"A parameter of {head} is {wrong!r}.", cure="Write NAME:parameter=value,parameter=value.")
    return Beside(head.strip(), {name.strip(): value.strip() for name, _, value in pairs})


def texts_of(given: Sequence[str] | str) -> tuple[str, ...]:
    """The texts that stand in `given`, each of which may hold several joined by semicolons."""
    parts = (part.strip() for text in ([given] if isinstance(given, str) else given) for part in text.split(";"))
    return tuple(part for part in parts if part)


def _texts(given: Any) -> tuple[str, ...] | None:
    """The texts of what a face gave, None where it gave data."""
    if isinstance(given, str | Path):
        return texts_of(str(given))
    if isinstance(given, Sequence) and all(isinstance(each, str | Path) for each in given):
        return texts_of([str(each) for each in given])
    return None


def _named(texts: Sequence[str], name: str) -> "dict[str, Candles | KnownSeries | float]":
    """By name what each of "EUR=1.08", "EUR=FILE" and, of rates, "FILE" holds; one given twice is refused."""
    found: dict[str, Any] = {}
    for text in texts:
        key, separator, value = text.partition("=")
        if separator:
            read = {key.strip().upper() if name == "rates" else key.strip(): _number_or_file(value.strip(), name)}
        elif name == "rates":
            read = _read(name, Path(text))
        else:
            raise BadInput(f"A series is {text!r}.", cure="Write NAME=FILE, such as VIX=vix.csv.")
        for each, data in read.items():
            if each in found:
                raise BadInput(f"{each} is given twice among the {name}.", cure="Give each once.")
            found[each] = data
    return found


def _number_or_file(text: str, name: str) -> Any:
    """A number that never changes, candles, or (times, values)."""
    try:
        number = float(text)
    except ValueError:
        return _candles_or_values(Path(text).expanduser())
    if name == "rates" and not 0 < number < float("inf"):
        raise BadInput(f"A rate is {text}.", cure="Give a number above zero, or a file.")
    return number


def _candles_or_values(path: Path) -> Any:
    from terminal.venues.files.small_table import SmallTable
    from terminal.venues.files.world import read_series

    if "open" not in SmallTable.read(path, "file of a series").names:
        return read_series(path)
    from terminal.app.research import read_candles

    return read_candles(path)


def _read(name: str, path: Path) -> Any:
    from terminal.venues.files.world import read_actions, read_rates, read_universe

    return {"rates": read_rates, "actions": read_actions, "universe": read_universe}[name](path.expanduser())
