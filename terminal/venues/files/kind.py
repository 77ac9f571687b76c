"""What kind of instrument a file's rows betray: a market that trades on Saturdays is no stock.

Decides the calendar by which gaps of an import are judged; a guess is shown and can be corrected.
"""

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from terminal.domain.calendar import calendar_of
from terminal.domain.errors import BadInput
from terminal.domain.instrument import AssetClass, Instrument
from terminal.domain.timeframe import DAY, Timeframe
from terminal.venues.files.reading import Corrections, Notebook, Sureness

_CURRENCY_NAMES = "USD EUR JPY GBP CHF AUD NZD CAD SEK NOK DKK PLN CZK HUF TRY ZAR MXN SGD HKD CNH CNY INR KRW BRL"
_CURRENCIES = frozenset(_CURRENCY_NAMES.split())
_PAIR = re.compile(r"([A-Z0-9]{2,10})[/_-]?(USDT|USDC|BUSD|USD|EUR|GBP|JPY|CHF|AUD|NZD|CAD|BTC|ETH)(:.*)?")
_CALENDARS = {AssetClass.CRYPTO: "24/7", AssetClass.PERPETUAL: "24/7", AssetClass.FOREX: "24/5"}
_ENOUGH_ROWS = 10
_METATRADER_NAME = re.compile(r"(.+)_(?:[MH]\d{1,2}|Daily|Weekly|Monthly)(?:_\d{8,12}){2}\.")
_MOST_STRANGERS = 0.02
_SATURDAY = 2
"""Days of the week since 1970-01-01, a Thursday."""


def instrument_of(venue: str, symbol: str, time: NDArray[np.int64], timeframe: Timeframe, corrections: Corrections, notebook: Notebook) -> Instrument:
    """The instrument of a file's rows (opens, UTC ns). Raises BadInput for a correction that names no asset class or calendar."""
    asset_class = _asset_class(symbol, time, timeframe, corrections, notebook)
    calendar = corrections.get("calendar")
    if calendar is not None:
        calendar_of(calendar)
        notebook.fact("calendar", calendar, Sureness.CORRECTED)
    elif asset_class in _CALENDARS:
        calendar = _CALENDARS[asset_class]
        notebook.fact("calendar", calendar, Sureness.LIKELY, f"{asset_class.value} trades so")
    else:
        calendar = _exchange(time, timeframe, notebook)
    pair = _PAIR.fullmatch(symbol.upper())
    return Instrument(venue, symbol, asset_class, corrections.get("quote") or (pair[2] if pair else "USD"), calendar=calendar)


def symbols_in_name(path: Path) -> tuple[str, ...]:
    """The symbol in a file name as MetaTrader gives it, such as EURUSD_M1_202401020000_202412310000.csv; () for any other name."""
    found = _METATRADER_NAME.match(path.name)
    return (found[1],) if found else ()


def _asset_class(symbol: str, time: NDArray[np.int64], timeframe: Timeframe, corrections: Corrections, notebook: Notebook) -> AssetClass:
    said = corrections.get("asset_class")
    if said is not None:
        try:
            found = AssetClass(said.strip().lower())
        except ValueError:
            raise BadInput(f"The correction asset_class is {said!r}.", cure=f"Use {', '.join(AssetClass)}.") from None
        notebook.fact("asset_class", found.value, Sureness.CORRECTED)
        return found
    letters = re.sub(r"[^A-Z]", "", symbol.upper())
    is_forex = len(letters) == 6 and {letters[:3], letters[3:]} <= _CURRENCIES
    has_weekend = _on_saturdays(time) > _MOST_STRANGERS * len(time)
    is_pair = _PAIR.fullmatch(symbol.upper()) is not None
    if is_forex:
        found, why = AssetClass.FOREX, "two currencies"
    elif has_weekend:
        found, why = AssetClass.CRYPTO, "it trades on Saturdays"
    elif timeframe is Timeframe.W1 or time[-1] - time[0] < 7 * DAY or len(time) < _ENOUGH_ROWS:
        found, why = (AssetClass.CRYPTO, "the name is a pair") if is_pair else (AssetClass.EQUITY, "the name is no pair")
    else:
        found, why = AssetClass.EQUITY, "it never trades on Saturdays"
    notebook.fact("asset_class", found.value, Sureness.LIKELY, why)
    return found


def _on_saturdays(time: NDArray[np.int64]) -> int:
    """How many of the opens `time` (UTC ns, rising) fall on a Saturday."""
    first = time[0] // DAY + (_SATURDAY - time[0] // DAY) % 7
    saturdays = np.arange(first, time[-1] // DAY + 1, 7) * DAY
    return int((np.searchsorted(time, saturdays + DAY) - np.searchsorted(time, saturdays)).sum())


def _exchange(time: NDArray[np.int64], timeframe: Timeframe, notebook: Notebook) -> str:
    """New York's calendar where the rows keep to it, else plain weekdays."""
    if timeframe is Timeframe.D1:
        new_york = calendar_of("XNYS")
        days = np.arange(time[0] // DAY, time[-1] // DAY + 1) * DAY
        is_open = new_york.missing_bars(timeframe, days, days + DAY) > 0
        has_rows = np.isin(days, time // DAY * DAY)
        if np.sum(has_rows & ~is_open) > _MOST_STRANGERS * len(time):
            notebook.fact("calendar", "24/5", Sureness.ASSUMED, "it trades on holidays of New York")
            return "24/5"
    notebook.fact("calendar", "XNYS", Sureness.ASSUMED, "the exchange is not named")
    return "XNYS"
