"""Executions as a venue reports them, netted: duplicates counted once, corrections in the place of what they correct.

What a venue sends becomes `domain.intents.Execution` in `venues/`; what counts of it goes on to `books`.
"""

from collections.abc import Hashable
from dataclasses import replace

from terminal.domain.instrument import Instrument
from terminal.domain.intents import Execution
from terminal.ledger import amounts
from terminal.ledger.amounts import is_bookable, text
from terminal.ledger.reports import Reports

_REMEMBERED = 4_096
"""Instrument objects whose key is remembered: a session has fewer, and one that makes new objects all the time pays for their keys."""


def key_of(instrument: Instrument) -> str:
    """What tells instruments apart in the books, as text. The grid is left out: a venue may change it while a position is held."""
    return repr((instrument.venue, instrument.symbol, instrument.asset_class.value, instrument.quote, text(instrument.multiplier)))


class Executions(Reports[Execution]):
    """Executions of any number of accounts. An id is unique within an account, venue, symbol and currency: exchanges number the trades of
    each symbol, and two brokers may use the same numbers. Another kind or multiplier of the same symbol is no other fill but a conflict."""

    def __init__(self) -> None:
        super().__init__()
        self._keys: dict[int, tuple[Instrument, str]] = {}
        """By the object: it is held here, so that its number stays its own."""

    def instrument_key(self, instrument: Instrument) -> str:
        """`key_of`, remembered."""
        found = self._keys.get(id(instrument))
        if found is None:
            if len(self._keys) >= _REMEMBERED:
                self._keys.clear()
            found = self._keys[id(instrument)] = (instrument, key_of(instrument))
        return found[1]

    @staticmethod
    def key(account: str, instrument: Instrument, identity: str) -> Hashable:
        """What names one fill among all."""
        return account, instrument.venue, instrument.symbol, instrument.quote, identity

    def _key(self, report: Execution, identity: str) -> Hashable:
        instrument = report.instrument
        return report.account, instrument.venue, instrument.symbol, instrument.quote, identity

    def _fault(self, report: Execution) -> str:
        if report.corrects == report.id:
            return f"{report.id} corrects itself"
        if not (is_bookable(report.quantity) and is_bookable(report.price) and is_bookable(report.fee)):
            wrong = next(name for name in ("quantity", "price", "fee") if not is_bookable(getattr(report, name)))
            return f"the {wrong} of {report.id} has more than {amounts.DIGITS} digits"
        multiplier = report.instrument.multiplier
        if multiplier != 1 and not (is_bookable(multiplier) and multiplier > 0):
            return f"the multiplier of {report.instrument} is {multiplier}"
        return "" if report.fee_currency or not report.fee else f"the fee of {report.id} has no currency"

    def _text(self, report: Execution) -> str:
        figures = (int(report.side), text(report.quantity), text(report.price), text(report.fee), report.fee_currency, report.time)
        names = (report.order_id, report.venue_order_id, report.corrects)
        return repr((report.account, self.instrument_key(report.instrument), report.id, *figures, *names))

    def _merged(self, known: Execution, again: Execution) -> Execution | None:
        """The same fill seen twice, as by a stream and by a request: the instrument, side, quantity and price must agree; a fee, our
        order's id, the venue's and what it corrects may be missing from one of them; the earlier time holds."""
        if self.instrument_key(known.instrument) != self.instrument_key(again.instrument):
            return None
        if (known.side, known.quantity, known.price) != (again.side, again.quantity, again.price):
            return None
        if known.fee and again.fee and (known.fee, known.fee_currency) != (again.fee, again.fee_currency):
            return None
        texts = {}
        for name in ("order_id", "venue_order_id", "corrects"):
            one, other = getattr(known, name), getattr(again, name)
            if one and other and one != other:
                return None
            texts[name] = one or other
        charged = max(known, again, key=lambda item: (bool(item.fee), item.fee_currency))
        return replace(known, time=min(known.time, again.time), fee=charged.fee, fee_currency=charged.fee_currency, **texts)
