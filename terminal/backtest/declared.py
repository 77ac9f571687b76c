"""What trading costs, declared once: the window's settings, the command line's flags and the checks of `options` read it here.

Nothing heavy is imported: the program reads these when it starts. A number that may be absent is a text, "" = absent.
"""

from collections.abc import Mapping
from typing import Any

from terminal.domain.parameters import Bool, Choice, Declaration, Float, Int, Text, declarations

MODELS = ("fixed", "none", "half_spread", "atr", "impact")


class OptionalNumber(Text):
    """A number within bounds, or nothing: its value is a text such as "0.0004", "10%" or ""."""

    kind = "a number"

    def __init__(self, *, low: float, high: float, unit: str = "", help: str = "") -> None:  # noqa: A002 - the word authors expect
        super().__init__("", unit=unit, help=help)
        self.low = low
        self.high = high

    def allowed(self) -> str:
        return f"nothing, or a number from {self.low:,.15g} to {self.high:,.15g} {self.unit}".rstrip()

    def check(self, value: Any) -> str:
        number = self.number(value)
        return "" if number is None else f"{number:.15g}"

    def parse(self, text: str) -> str:
        return self.check(text)

    def number(self, value: Any) -> float | None:
        """The number meant by `value`, None for nothing; raises BadInput that names the bounds."""
        if value is None or value == "":
            return None
        text = str(value).strip()
        try:
            number = float(text[:-1]) / 100 if text.endswith("%") else float(text)
        except ValueError:
            raise self._refusal(value) from None
        if isinstance(value, bool) or not self.low <= number <= self.high:
            raise self._refusal(value)
        return number


class TierText(Text):
    """A fee schedule by what was traded in thirty days, such as "0:0.001/0.001, 100000:0.0008/0.0009"."""

    kind = "a fee schedule"

    def allowed(self) -> str:
        return 'nothing, or steps of "traded value:maker/taker" from 0 up, such as "0:0.001/0.001, 100000:0.0008/0.0009"'

    def check(self, value: Any) -> str:
        return ", ".join(f"{least:.15g}:{maker:.15g}/{taker:.15g}" for least, maker, taker in self.steps(value))

    def parse(self, text: str) -> str:
        return self.check(text)

    def steps(self, value: Any) -> tuple[tuple[float, float, float], ...]:
        """(least traded value, maker, taker) of each step, rising from 0; raises BadInput."""
        rows: Any = [part.replace(":", "/").split("/") for part in value.split(",")] if isinstance(value, str) and value.strip() else value or ()
        try:
            steps = tuple((float(least), float(maker), float(taker)) for least, maker, taker in rows)
        except (TypeError, ValueError):
            raise self._refusal(value) from None
        levels = [least for least, _, _ in steps]
        is_good = all(-0.01 <= rate <= 0.1 for _, *rates in steps for rate in rates) and levels == sorted(set(levels)) and levels[:1] in ([], [0.0])
        if not is_good:
            raise self._refusal(value)
        return steps


class FileName(Text):
    """The name of a file, or nothing."""

    kind = "a file"

    def allowed(self) -> str:
        return "the name of a CSV or Parquet file"


class Several(Text):
    """Texts joined by semicolons; in a shell each may be a flag of its own."""

    kind = "several texts"

    def allowed(self) -> str:
        return "one, or several joined by semicolons"


class WorldSettings:
    """What a run is told of the world around its candles, and who shares its account; asked for one run, never kept as a setting."""

    beside = Several("", help="Other strategies on the same account, such as mean_reversion or mean_reversion:window=20,low=25.")
    shares = Text("", help="Share of the capital of each strategy, such as 60%,40%; nothing = equal ones.")
    currency = Text("", help="What the account counts in, such as USD; nothing = what the first instrument is quoted in.")
    rates = Several("", help="Exchange rates: a file (time, currency, rate), EUR=FILE (candles, or time and rate) or EUR=1.08.")
    series = Several("", help="What strategies may read beside candles: VIX=FILE (candles, or time and value).")
    actions = FileName("", help="Splits, dividends and rolls of raw prices: symbol, date, kind, value, pay_date, leave.")
    universe = FileName("", help="When each symbol was a member of the list it was chosen from: symbol, from, until.")
    funding = FileName("", help='Funding rates of a perpetual: time, rate; or "off".')


class FillSettings:
    """The settings of a run that say when and where its orders fill, in the order they are shown."""

    path = Choice(
        "pessimistic",
        options=("pessimistic", "optimistic", "ohlc", "detail"),
        help="Way through a candle: the worse one, the better one, nearer extreme first, or that of finer candles where they are stored.",
    )
    fill_at = Choice("open", options=("open", "close"), help="Market orders fill at the next open, or at the close at which they were decided.")
    size_at = Choice("decision", options=("decision", "fill"), help="Prices by which a size becomes a quantity: those of the decision, or of the fill.")
    delay_bars = Int(0, low=0, high=1000, unit="candles", help="Candles that a decision waits beyond the next one.")
    fill_on_touch = Bool(False, help="A limit fills where the price touches it without trading through it.")
    gap_improvement = Choice(
        "always",
        options=("always", "auction_only"),
        help="Whether a limit gets an open better than its price: always, or only where an auction opens the day, never in round-the-clock markets.",
    )
    lots = Choice("fifo", options=("fifo", "lifo", "average"), help="What an exit closes first: the oldest lot, the newest, or the same share of each.")
    trigger = Choice(
        "last",
        options=("last", "bid_ask", "mark"),
        help="What triggers a stop over trades, quotes and books: the last trade, the quote that its exit would meet, or the venue's mark price.",
    )
    unaffordable = Choice("refuse", options=("refuse", "wait"), help="An explicit quantity that can't be paid is refused, or waits for money.")
    close_at_end = Bool(False, help="What is open after the last candle is closed there as a last order.")
    pyramiding = Int(0, low=0, high=1000, unit="entries", help="Entries of one side that signals may add to the first.")
    rebalance = Choice(
        "change", options=("change", "every_bar", "drift"), help="When a target position is traded: where it changes, at every candle, or when it was left."
    )
    drift = Float(0.05, low=1e-6, high=1.0, unit="of equity", help="How far a position may be from its target before drift trades.")


class CostSettings:
    """The settings of a run that say what trading and holding costs, in the order they are shown."""

    slippage_model = Choice(
        "fixed",
        options=MODELS,
        help="What slippage means: a fixed fraction of the price; nothing; half of a spread of that fraction (of one estimated from highs and lows "
        "where none is given); that part of ATR 14; or market impact, that many times volatility × √(size / volume).",
    )
    maker = OptionalNumber(low=-0.01, high=0.1, unit="of the traded value", help="Commission of fills that rested; nothing = the commission.")
    taker = OptionalNumber(low=-0.01, high=0.1, unit="of the traded value", help="Commission of fills at the market; nothing = the commission.")
    per_unit = OptionalNumber(low=0.0, high=1e6, unit="money a unit", help="Commission per share or contract, in place of a rate.")
    fee_minimum = Float(0.0, low=0.0, high=1e6, unit="money", help="The least commission of an order.")
    fee_cap = OptionalNumber(low=0.0, high=1.0, unit="of the traded value", help="The most commission of an order.")
    tiers = TierText("", help="Maker and taker commission by the value traded in the last thirty days.")
    participation = OptionalNumber(low=1e-9, high=1.0, unit="of the volume", help="How much of a candle's volume may fill; 0.1 is usual, nothing = no cap.")
    leverage = Float(1.0, low=1.0, high=1000.0, unit="times", help="Position value that one unit of money may carry; 1 = none.")
    maintenance = OptionalNumber(
        low=0.0,
        high=1.0,
        unit="of the position",
        help="Margin below which positions are liquidated; nothing = half of the initial margin with leverage, none without.",
    )
    liquidation_fee = Float(0.0, low=0.0, high=0.1, unit="of the position", help="What the venue takes for a liquidation.")
    borrow = Float(0.0, low=0.0, high=10.0, unit="a year", help="What a short pays on its value; 0.03 is 3 % a year.")
    interest = Float(0.0, low=-1.0, high=1.0, unit="a year", help="What money bound by no position earns; 0.03 is 3 % a year.")


class MeasureSettings:
    """The settings of a run that say how its result is measured."""

    risk_free = Float(
        0.0,
        low=-0.5,
        high=1.0,
        unit="a year",
        help="What money earns without risk: taken off each day's return in Sharpe, Sortino, omega, alpha and their kin; 0.03 is 3 %.",
    )


DECLARED: Mapping[str, Declaration[Any]] = declarations(CostSettings)
"""The declarations of the costs by name."""
DECLARED_FILLS: Mapping[str, Declaration[Any]] = declarations(FillSettings)
DECLARED_MEASURES: Mapping[str, Declaration[Any]] = declarations(MeasureSettings)
DECLARED_WORLD: Mapping[str, Declaration[Any]] = declarations(WorldSettings)
_YIELDS_TO = {
    "per_unit": ("commission", "maker", "taker", "tiers"),
    "tiers": ("commission", "maker", "taker", "per_unit"),
    "maker": ("per_unit", "tiers"),
    "taker": ("per_unit", "tiers"),
    "commission": ("maker", "taker", "per_unit", "tiers"),
    "slippage_model": ("slippage",),
    "leverage": ("maintenance",),
}


def overruled(settings: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """`settings` with `given` for one run over them: a kind of fee or slippage that is asked for drops what the settings say of another."""
    kept = {name: value for name, value in settings.items() if value != ""}
    for name in ("per_unit", "tiers"):
        if name in kept:
            kept.pop("commission", None)
    if kept.get("slippage_model", "fixed") != "fixed" and kept.get("slippage") == 0.0005:
        kept.pop("slippage")  # the default of the fixed model says nothing of another
    for name in given:
        for other in _YIELDS_TO.get(name, ()):
            kept.pop(other, None)
    return kept | dict(given)
