"""Executions, flows and books for the tests of this room."""

from decimal import Decimal

from terminal.domain.instrument import AssetClass, Instrument
from terminal.domain.intents import Execution
from terminal.domain.orders import Side
from terminal.ledger.books import Books
from terminal.ledger.exact import Method
from terminal.ledger.flows import Flow, FlowKind

SPOT = Instrument("north", "BTC/USDT", quote="USDT")
PERPETUAL = Instrument("north", "BTC/USDT:USDT", AssetClass.PERPETUAL, quote="USDT")
FUTURE = Instrument("broker", "ESZ6", AssetClass.FUTURE, quote="USD", multiplier=Decimal(50))
STOCK = Instrument("broker", "SPY", AssetClass.EQUITY, quote="USD")
FOREX = Instrument("broker", "EUR/USD", AssetClass.FOREX, quote="USD")
CENTS = {"USD": Decimal("0.01"), "EUR": Decimal("0.01")}


def filled(
    identity: str,
    quantity: str,
    price: str,
    *,
    instrument: Instrument = SPOT,
    fee: str = "0",
    currency: str = "USDT",
    time: int = 0,
    order: str = "",
    corrects: str = "",
    account: str = "main",
) -> Execution:
    """An execution; a quantity below zero sells."""
    signed = Decimal(quantity)
    side = Side.LONG if signed > 0 else Side.SHORT
    return Execution(identity, account, instrument, side, abs(signed), Decimal(price), Decimal(fee), currency, time, order, corrects=corrects)


def flow(identity: str, kind: FlowKind, amount: str, currency: str = "USDT", *, strategy: str = "", time: int = 0, account: str = "main") -> Flow:
    """A flow of one currency."""
    return Flow(identity, account, kind, currency, Decimal(amount), time, strategy=strategy)


def strategy_of(order_id: str) -> str:
    """Orders of the tests are called strategy-number."""
    return order_id.partition("-")[0]


def books(method: Method = Method.FIFO) -> Books:
    """Empty books that keep dollars and euros to the cent."""
    return Books(strategy_of, units=CENTS, method=method)
