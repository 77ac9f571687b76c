"""The candle cases of freqtrade's own regression test, played by our rules.

A stop, a return on investment and a trail become a bracket; what freqtrade assumes otherwise is named where it matters.
"""

from collections.abc import Iterator
from typing import Any

from terminal.domain.orders import ExitReason
from tests.trading.table import BUY, SELL, Table

WORDS = {"EXIT_SIGNAL": "signal", "STOP_LOSS": "stop loss", "TRAILING_STOP_LOSS": "trailing stop", "ROI": "take profit", "FORCE_EXIT": "signal"}
WITHHOLDS = {"ft-tc20", "ft-tc48"}
"""Cases where freqtrade gives no better price than the order's own: the setting `gap_improvement="auction_only"`."""
ONLY_TRAIL = {"ft-tc8"}
"""Cases in which the stop itself trails."""
WORST = "freqtrade takes the candle's extreme; no price before it was ever offered so badly, we leave at the first open past the time"
INSIDE = "freqtrade fills a limit beyond the candle at its extreme; we fill at the open, which any buyer could have had"
UNREACHED = "freqtrade stops out at 1 % though the candle's extreme never came there; on either path we trail behind the best price"
WHY = {
    "ft-tc16": WORST,
    "ft-tc24": "the open has passed the stop: freqtrade sells later in the candle at the target, we sell at the open",
    "ft-tc36": UNREACHED,
    "ft-tc38": UNREACHED,
    "ft-tc40": INSIDE,
    "ft-tc44": INSIDE,
    "ft-tc48": "freqtrade counts the bar on which the order was first sent, we that of its fill",
    "ft-tc52": "freqtrade counts the bar on which the order was first sent, we that of its fill",
}
"""Why ours may differ."""


class Play:
    """One case on one table: the entry, its bracket, what changes with time, the exit."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.name, self.given = case["id"], case["inputs"]
        self.rows = self.given["candles_1h"]["rows"]
        self.names = self.given["candles_1h"]["columns"]
        self.table = Table(withholds_improvement=self.name in WITHHOLDS)
        self.entry = 0
        self.side = SELL if "enter_short" in self.names and any(self.flag(row, "enter_short") for row in range(len(self.rows))) else BUY
        self.steps = {int(minutes): share for minutes, share in self.given["roi"].items() if minutes != "0"}

    def flag(self, row: int, name: str) -> bool:
        """Whether a condition holds at this candle."""
        return name in self.names and bool(self.rows[row][self.names.index(name)])

    def run(self) -> Table:
        """The table after the last candle."""
        word = "long" if self.side > 0 else "short"
        for row, candle in enumerate(self.rows):
            self.table.candle(*candle[1:6])
            if self.flag(row, f"enter_{word}"):
                self.enter(row)
            if self.flag(row, f"exit_{word}"):
                self.leave()
            if row == 1 and "adjust_entry_price" in self.given:
                self.table.amend(self.entry, price=self.given["adjust_entry_price"])
            if self.name == "ft-tc46" and row == len(self.rows) - 2:  # freqtrade forces what is left out at the open of the last candle
                self.table.order(-self.side, 1, reduce_only=True)
            self.lower_target(row)
        return self.table

    def enter(self, row: int) -> None:
        given, leverage = self.given, self.given.get("leverage", 1.0)
        fields: dict[str, Any] = {"stop": -given["stop_loss"] / leverage, "target": given["roi"].get("0", float("nan"))}
        if self.name in ONLY_TRAIL:
            fields |= {"child_trail": fields.pop("stop")}
        if "trailing_stop_positive" in given:
            offset = given.get("trailing_stop_positive_offset", 0.0)
            fields["child_trail"] = given["trailing_stop_positive"]
            if offset:
                fields["child_activation"] = self.rows[row + 1][1] * (1 + self.side * offset)
        if "custom_entry_price" in given:
            fields["price"] = given["custom_entry_price"]
        self.entry = self.table.order(self.side, 1, **fields)

    def leave(self) -> None:
        price = self.given.get("custom_exit_price")
        self.table.order(-self.side, 1, reduce_only=True, **({} if price is None else {"price": price}))

    def lower_target(self, row: int) -> None:
        """The return asked for grows smaller with the minutes held; below −100 % means at any price."""
        children = self.table.children(self.entry) if self.entry else {}
        if not children:
            return
        minutes = 60 * (row + 1 - int(self.table.desk.lots[0, 0]["entry_row"]))
        due = [share for after, share in self.steps.items() if minutes >= after]
        if due and due[-1] <= -1:
            self.table.order(-self.side, 1, reduce_only=True)
        elif due and "take profit" in children:
            price = float(self.table.desk.lots[0, 0]["entry_price"]) * (1 + self.side * due[-1])
            self.table.amend(int(children["take profit"]["id"]), price=price)


def freqtrade_outcomes(case: dict[str, Any]) -> Iterator[tuple[str, Any, Any, str]]:
    """(step, expected, ours, why they may differ) of one case."""
    table, why = Play(case).run(), WHY.get(case["id"], "")
    leverage = case["inputs"].get("leverage", 1.0)
    profits = [float(row["side"] * (row["exit_price"] - row["entry_price"]) / row["entry_price"]) for row in table.trades]
    yield "profit", case["expected"]["sum_profit_ratio"], round(sum(profits) * leverage, 3), why
    wanted = [(WORDS[trade["exit"]], trade["open_bar"], trade["close_bar"]) for trade in case["expected"]["trades"]]
    yield "trades", wanted, [(ExitReason(int(row["reason"])).words, int(row["entry_row"]), int(row["exit_row"])) for row in table.trades], why
