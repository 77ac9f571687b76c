"""What was handed to a run as data — funding, exchange rates, other series, splits and dividends, dated lists — as plain arrays, and back.

`app.runs` keeps them beside a run, so that it can be made again; nothing here opens a file.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.many.surroundings import known_series
from terminal.backtest.options import Options
from terminal.domain.actions import Action, Dividend, Roll, Split
from terminal.domain.rates import Funding

Arrays = Mapping[str, NDArray[Any]]
"""Arrays by "kind:name", such as "rates:EUR"."""
_NEVER = np.iinfo(np.int64).min
_VALUE = np.dtype([("time", np.int64), ("value", np.float64)])
_FUNDING = np.dtype([("time", np.int64), ("rate", np.float64), ("mark", np.float64)])
_ACTION = np.dtype(
    [
        ("time", np.int64),
        ("pays_at", np.int64),
        ("ratio", np.float64),
        ("amount", np.float64),
        ("leave", np.float64),
        ("enter", np.float64),
        ("contract", "U64"),
    ]
)
_SPAN = np.dtype([("since", np.int64), ("until", np.int64)])


def arrays_of(options: Options, symbols: Sequence[str]) -> dict[str, NDArray[Any]]:
    """What `options` hold as data for a run of `symbols`."""
    found: dict[str, NDArray[Any]] = {}
    for symbol in dict.fromkeys(symbols):
        funding = options.funding_of(symbol)
        if funding is not None:
            found[f"funding:{symbol}"] = _table(_FUNDING, funding.time, funding.rate, funding.mark)
    for kind in ("rates", "series"):
        for name, given in getattr(options, kind).items():
            found[f"{kind}:{name}"] = _table(_VALUE, *known_series(name, given))
    for symbol, actions in options.actions.items():
        found[f"actions:{symbol}"] = np.array([_action_row(each) for each in actions], _ACTION)
    for symbol, spans in (options.universe or {}).items():
        found[f"universe:{symbol}"] = np.array([(since, _or_never(until)) for since, until in spans], _SPAN)
    return found


def options_from(arrays: Arrays) -> dict[str, Any]:
    """The options that `arrays_of` made `arrays` of, by name."""
    found: dict[str, Any] = {}
    for key, rows in arrays.items():
        kind, _, name = key.partition(":")
        read = _READERS.get(kind)
        if read is not None:
            found.setdefault(kind, {})[name] = read(rows, name)
    return found


def _table(kind: np.dtype[Any], *columns: NDArray[Any]) -> NDArray[Any]:
    rows = np.empty(len(columns[0]), kind)
    for name, column in zip(kind.names or (), columns, strict=True):
        rows[name] = column
    return rows


def _or_never(time: int | None) -> int:
    return _NEVER if time is None else time


def _or_none(time: int) -> int | None:
    return None if time == _NEVER else time


def _action_row(action: Action) -> tuple[int, int, float, float, float, float, str]:
    if isinstance(action, Split):
        return action.time, _NEVER, action.ratio, np.nan, np.nan, np.nan, ""
    if isinstance(action, Roll):
        return action.time, _NEVER, np.nan, np.nan, action.leave, action.enter, action.contract
    return action.time, _or_never(action.pays_at), np.nan, action.amount, np.nan, np.nan, ""


def _actions(rows: NDArray[Any]) -> tuple[Action, ...]:
    return tuple(_action(*row) for row in rows.tolist())


def _action(time: int, pays_at: int, ratio: float, amount: float, leave: float, enter: float, contract: str) -> Action:
    if not np.isnan(ratio):
        return Split(time, ratio)
    return Dividend(time, amount, _or_none(pays_at)) if np.isnan(leave) else Roll(time, leave, enter, contract)


_READERS: Mapping[str, Callable[[NDArray[Any], str], Any]] = {
    "funding": lambda rows, name: Funding(rows["time"].copy(), rows["rate"].copy(), rows["mark"].copy(), name),
    "rates": lambda rows, _name: (rows["time"].copy(), rows["value"].copy()),
    "series": lambda rows, _name: (rows["time"].copy(), rows["value"].copy()),
    "actions": lambda rows, _name: _actions(rows),
    "universe": lambda rows, _name: tuple((since, _or_none(until)) for since, until in rows.tolist()),
}
