"""The one gate that every order passes, and the only place that makes the type which brokers accept.

A strategy, a person or an algo wishes; the engine asks here with a view of the account; what is approved is journalled and sent.
"""

from collections.abc import Iterable
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext

from terminal.domain.intents import ApprovedOrder, Denial, OrderIntent
from terminal.risk.limits import Limits
from terminal.risk.rules import beside, closing, collar, grid, heat, leverage, losses, order, pace, prices, size, state, statistics
from terminal.risk.rules.exposures import Unknown
from terminal.risk.rules.question import Question
from terminal.risk.rules.rule import Refusal, Rule
from terminal.risk.view import GateView, Working, key_of

EXACT = Context(prec=40, traps=[InvalidOperation, DivisionByZero, Overflow])
"""Arithmetic of the gate, whatever the thread's own: a comparison with NaN is an error here, never an answer."""

CLOSES: tuple[Rule, ...] = (*order.RULES, *grid.RULES, *closing.RULES, *beside.RULES, pace.STORM, pace.DUPLICATE, *prices.NOTES, *collar.EXITS)
"""What is asked of an order that only closes."""
ADDS: tuple[Rule, ...] = (
    *order.RULES,
    *state.RULES,
    *prices.RULES,
    *grid.RULES,
    *collar.RULES,
    pace.STORM,
    pace.DUPLICATE,
    pace.DAY,
    *losses.RULES,
    *size.RULES,
    *heat.RULES,
    *leverage.RULES,
    *statistics.RULES,
)
"""What is asked of an order that may add risk."""


class Gate:
    """Decides by the limits of one account. Never raises: whatever cannot be decided is denied."""

    def __init__(self, limits: Limits, adds: Iterable[Rule] = ADDS, closes: Iterable[Rule] = CLOSES) -> None:
        self.limits = limits
        self._adds = tuple(adds)
        self._closes = tuple(closes)

    def decide(self, intent: OrderIntent, view: GateView) -> ApprovedOrder | Denial:
        """The order that may leave, or why it may not."""
        return self._decide(intent, view, None)

    def decide_modify(self, order_id: str, intent: OrderIntent, view: GateView) -> ApprovedOrder | Denial:
        """Whether the working order `order_id` may become `intent`, whose quantity is what would remain to be filled.

        Until the venue has proven one of them both may be in force (F12): the larger quantity of the two counts.
        """
        return self._decide(intent, view, order_id)

    def allowed_quantity(self, intent: OrderIntent, view: GateView) -> tuple[Decimal, str]:
        """The largest quantity up to the intent's, on the lot grid, that the cutting limits let through, and in words what cut it, "" = nothing.

        For a size worked out from equity or risk; an explicit quantity is refused by `decide` instead. 0 where nothing may leave or cannot be
        decided. The rules that do not cut are asked by `decide` with the quantity that this gives.
        """
        try:
            with localcontext(EXACT):
                return size.cut(Question(intent, view), self.limits)
        except Unknown as missing:
            return Decimal(0), f"no size: {missing.reason}"
        except Exception as error:  # noqa: BLE001 - fails closed: a limit that cannot be worked out lets nothing through
            return Decimal(0), f"no size: it could not be worked out ({error or type(error).__name__})"

    def _decide(self, intent: OrderIntent, view: GateView, changes: str | None) -> ApprovedOrder | Denial:
        name = "order"
        if not isinstance(intent, OrderIntent):
            return Denial(intent, name, f"It is {type(intent).__name__}, not an order.", "Send an OrderIntent.")
        findings = []
        try:
            with localcontext(EXACT):
                question = Question(intent, view, None if changes is None else _replaced(intent, view, changes))
                for rule in self._closes if question.is_closing else self._adds:
                    name = rule.name
                    if rule.of_opening and question.added <= 0:
                        continue
                    answer = rule.judge(question, self.limits)
                    if isinstance(answer, Refusal):
                        return Denial(intent, name, answer.reason, answer.cure)
                    if answer is not None:
                        findings.append(answer)
                return ApprovedOrder(intent, view.now, tuple(findings))
        except Unknown as missing:
            return Denial(intent, name, missing.reason, missing.cure)
        except Exception as error:  # noqa: BLE001 - fails closed: a rule that crashes has not said yes
            return Denial(
                intent,
                name,
                f"The rule could not be decided: {type(error).__name__} {error}".rstrip(),
                "This is a fault of the terminal or its data; nothing was sent.",
            )


def _replaced(intent: OrderIntent, view: GateView, order_id: str) -> Working:
    """The working order that is to become `intent`; raises Unknown where there is none, or where it would become another order."""
    found = [each for each in view.working if each.id == order_id]
    if len(found) != 1:
        raise Unknown(f"There {'is more than one' if found else 'is no'} working order {order_id}.", "Look at the open orders.")
    old = found[0]
    if (old.key, old.side, old.purpose) != (key_of(intent.instrument), intent.side, intent.purpose):
        raise Unknown(f"A change of order {order_id} keeps its instrument, side and purpose.", "Cancel it and send a new one.")
    return old
