"""Writes the manual's page of limits from their declarations and the gate's own order of rules: python docs/write_limits.py."""

from pathlib import Path

from terminal.risk.gate import ADDS, CLOSES
from terminal.risk.limit import NEW_ACCOUNT, PRESETS
from terminal.risk.limits import limit_declarations

PAGE = Path(__file__).with_name("limits.md")

HEAD = f"""# Limits

Every order passes one gate before it leaves: a strategy's, a click's, a stop's, a close-all's, a slice of an algo. The gate knows the account as it
stands (equity, positions, every order that may still fill) and answers yes, or no with the rule, the figures and what would help. It cannot be
switched off, and what it cannot decide it refuses: an unknown position, a price that is too old, a number that is none, a rule that fails.

A new account starts {NEW_ACCOUNT}. A single limit may be changed, up to the value that is never exceeded.

<!-- written by docs/write_limits.py from the declarations in terminal/risk/limits.py -->

| limit | how it is counted | default | {" | ".join(PRESETS)} | never beyond | at the limit |
|---|---|---|{"---|" * len(PRESETS)}---|---|
"""

TAIL = """
*Cut or refuse*: a size that was worked out from equity or risk is cut, and ticket and log say so, such as "cut from 100 % to 10 % of equity by the
position limit"; a quantity that somebody wrote down is refused. *Block* and *refuse*: the order does not leave. *Halt*: no new risk until a person
looks; stops stay at the venue and nothing is sold. *Warn*: the order leaves with a note. *Exit* and *offer* are acts of the session, not of the gate.

## What is counted

- **The worst case.** Of each instrument the position and all orders that may still fill, buys and sells by themselves; the larger side counts. An order
  whose fate is UNKNOWN counts whole, one that is being changed at the larger of both sizes. Of two orders of which the venue fills one at most, the
  larger counts.
- **Distance to the stop.** Without a stop 3 × ATR 14 is assumed, 10 % of the price where the ATR is unknown, and the order is noted as unprotected. A
  stop that covers a part leaves the rest at the assumed distance, and so does a stop that the market has passed.
- **Margin.** Futures, FX and perpetuals count by initial margin in the position limit, by notional in leverage. Where the margin is unknown the whole
  notional counts.
- **History.** VaR and correlation with too little history warn and stop nothing; the other limits hold.

## What always leaves

An order that only closes (reduce only, an exit, a stop or target) passes in every state of the account, from a frozen instrument, at any loss, without a
fresh price. It is held to what it may close: never more than is held, with every other order that closes counted; the right side; the grid; twice the
rate, in its own instrument; not the same exit twice within the window. A limit exit far through a good market is refused as a slip of the hand, a market
exit is not. A change that only makes an order smaller passes as well. Cancels do not pass the gate: they always leave.

## The rules, in the order they are asked

"""

NOT_PROMISED = """
## What the gate does not promise

- A limit holds when an order leaves. A price that moves afterwards can take a position beyond it; nothing is sold for that reason.
- A stop can fill far from its price. Heat and risk are counted to the stop, not to the fill.
- VaR, correlation and the loss of the day are as good as the figures handed in; the gate fetches nothing.
- Correlated exposure is all of the gross of a small account. It stops orders only once gross exposure is above "correlated from", and warns below.
"""


def page() -> str:
    """The page as it should stand."""
    rows = [
        " | ".join(
            ("", each.title, each.help, *(each.said(value) for value in (each.default, *each.presets.values(), each.high)), each.reaction.value, "")
        ).strip()
        for each in limit_declarations().values()
    ]
    names = [", ".join(dict.fromkeys(rule.name for rule in rules)) for rules in (ADDS, CLOSES)]
    asked = f"Of an order that may add risk: {names[0]}.\n\nOf an order that only closes: {names[1]}.\n"
    return HEAD + "\n".join(rows) + "\n" + TAIL + asked + NOT_PROMISED


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
