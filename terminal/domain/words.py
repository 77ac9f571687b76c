"""Numbers and names as a person reads them: thin groups, a real minus sign, a space before a unit, capitals where a term has them.

The one home of this wording; window, report and command line write through it.
"""

import math
import re
from collections.abc import Callable

ABSENT = "–"
"""What stands where a number is unknown."""
_TERMS = (
    *("ADX", "AO", "ATR", "BB", "CCI", "CMF", "DEMA", "DI", "DMI", "EMA", "HMA", "KAMA", "KST", "MA", "MACD", "MAE", "MFE", "MFI", "MOM", "OBV"),
    *("PPO", "PSAR", "ROC", "RSI", "SAR", "SMA", "TEMA", "TR", "TRIX", "TSI", "VWAP", "WMA"),
    *("API", "CPU", "CSV", "FX", "HTML", "ID", "JSON", "OHLC", "PBO", "PDF", "PNG", "TOML", "URL", "USD", "USDT", "UTC"),
)
_SPELT = {term.lower(): term for term in _TERMS}
_ARGUMENT = re.compile(r"[Ss]et the argument (\w+) to '([^']+)'")
_CORRECTION = re.compile(r"[Tt]he correction (\w+)(?: to (\w+))?")


def number(value: float | None, decimals: int = 2, *, signed: bool = False) -> str:
    """`value` with groups, such as 26,280.50 or −1.90; `signed` writes a plus too; what rounds to nothing has no sign."""
    if value is None or not math.isfinite(value):
        return ABSENT
    text = f"{abs(value):,.{decimals}f}"
    if not text.strip("0.,"):
        return text
    return ("−" if value < 0 else "+" if signed else "") + text


def count(value: float | None) -> str:
    """A whole number with groups, such as 26,280."""
    return number(value, 0)


def percent(fraction: float | None, decimals: int = 1, *, signed: bool = False) -> str:
    """A rate given as a fraction, such as −1.9 % for −0.019."""
    return ABSENT if fraction is None or not math.isfinite(fraction) else f"{number(fraction * 100, decimals, signed=signed)} %"


def price(value: float | None) -> str:
    """A price with as many decimals as its size asks for: 46,216.9, 1.1370, 0.00001234."""
    if value is None or not math.isfinite(value):
        return ABSENT
    size = abs(value)
    decimals = 1 if size >= 10_000 else 2 if size >= 10 else 4 if size >= 0.1 or size == 0 else min(12, 3 - math.floor(math.log10(size)))
    return number(value, decimals)


def worded(name: str) -> str:
    """A declared name as words: "dense_rows" → "Dense rows", "adx_window" → "ADX window", "use_rsi" → "Use RSI"."""
    words = " ".join(_SPELT.get(word.lower(), word) for word in name.replace("_", " ").split())
    return words[:1].upper() + words[1:]


def traded_words(symbol: str, step: str, others: int) -> str:
    """What a run traded: "BTC/USDT 1h", "BTC/USDT 1h and 2 more"; `step` is the length of a candle, or "ticks"."""
    return f"{symbol} {step}" + (f" and {others:,} more" if others else "")


def shortened(text: str, most: int) -> str:
    """`text` in at most that many characters; what is too much goes from its middle, where names of instruments differ least."""
    if len(text) <= most:
        return text
    kept = most - 1
    return f"{text[: kept - kept // 2]}…{text[len(text) - kept // 2 :]}"


def with_corrections(text: str, named: Callable[[str, str], str]) -> str:
    """`text` with every "the correction bad_rows to drop" said as the reader's face calls it: `named` is given name and value ("" = none)."""
    return _CORRECTION.sub(lambda found: named(found[1], found[2] or ""), text)


def with_arguments(text: str, named: Callable[[str, str], str]) -> str:
    """`text`, which says "Set the argument symbol to 'AAA'" as a script does it, as the reader's face does: `named` is given name and value."""
    return _ARGUMENT.sub(lambda found: named(found[1], found[2]), text)
