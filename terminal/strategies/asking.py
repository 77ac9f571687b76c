"""What an author writes into `buy`, `sell` and the other order acts becomes one checked request.

Called by `acting`; a mistake is told here, before anything becomes an order.
"""

import inspect
import math

from terminal.domain.errors import BadInput, UnknownName
from terminal.domain.names import nearest
from terminal.strategies.algos import Schedule
from terminal.strategies.orders import FORCES, Distance, Level, OrderHandle, OrderRequest, positive_number, wanted_size
from terminal.strategies.spans import span


def request(
    side: int,
    symbol: str,
    *,
    quantity: float | None = None,
    cash: float | None = None,
    percent: float | None = None,
    risk: float | None = None,
    target: float | None = None,
    limit: float | None = None,
    stop: float | None = None,
    trail: Level = None,
    activation: float | None = None,
    stop_loss: Level = None,
    take_profit: Level = None,
    trailing_stop: Level = None,
    break_even: str | None = None,
    timeout: str | int | None = None,
    expires: str | int | None = None,
    force: str = "gtc",
    on_close: bool = False,
    reduce_only: bool = False,
    post_only: bool = False,
    after: OrderHandle | None = None,
    group: int = 0,
    lot: int = 0,
    tag: str = "",
    reason: str = "",
    algo: Schedule | None = None,
) -> OrderRequest:
    """The checked request; raises BadInput that names the argument, its value and the cure."""
    if force not in FORCES:
        raise BadInput(f"`force` is {force!r}.", cure=f"Use one of {', '.join(FORCES)}.")
    size = None if quantity == math.inf else wanted_size(quantity, cash, percent, risk)
    if target is not None and size is not None:
        raise BadInput(f"An order was given target={target:g} and {size}.", cure="Give one of them.")
    if post_only and limit is None:
        raise BadInput("`post_only` was given to an order without a limit.", cure="Give `limit`: only a resting order can be post-only.")
    if activation is not None and trail is None:
        raise BadInput("`activation` was given without `trail`.", cure='Give trail="2%": activation is the price from which it follows.')
    if algo is not None:
        _demand_plain(algo, target, group)
    return OrderRequest(
        side=side,
        symbol=symbol,
        size=size,
        target=math.nan if target is None else _fraction("target", target),
        limit=_price("limit", limit),
        stop=_price("stop", stop),
        trail=Distance.parse("trail", trail),
        activation=_price("activation", activation),
        stop_loss=Distance.parse("stop_loss", stop_loss),
        take_profit=Distance.parse("take_profit", take_profit),
        trailing_stop=Distance.parse("trailing_stop", trailing_stop),
        break_even=_gain(break_even),
        timeout=span("timeout", timeout),
        expires=span("expires", expires),
        force=force,
        on_close=on_close,
        reduce_only=reduce_only,
        post_only=post_only,
        after=0 if after is None else after.id,
        group=group,
        lot=lot,
        tag=tag,
        reason=reason,
        algo=algo,
    )


KNOWN = frozenset(inspect.signature(request).parameters) - {"side", "lot"}
"""What an author may give with an order."""


def demand_known(act: str, given: "dict[str, object]") -> None:
    """Raises UnknownName with the nearest name where `given` holds one that no order takes."""
    for name in given:
        if name not in KNOWN:
            raise UnknownName(f"argument of `{act}`", name, nearest=nearest(name, sorted(KNOWN)), cure=f"It takes {', '.join(sorted(KNOWN))}.")


def _price(name: str, given: float | None) -> float:
    return math.nan if given is None else positive_number(name, given)


def _fraction(name: str, given: float) -> float:
    """A signed fraction; 0 is one."""
    return 0.0 if given == 0 else math.copysign(positive_number(name, abs(given)), given)


def _gain(given: str | None) -> float:
    """A gain after which the stop moves to the entry, as a fraction of the fill price; NaN = never."""
    found = Distance.parse("break_even", given)
    if found.is_price:
        raise BadInput(f"`break_even` is {given!r}.", cure='Give the gain as a text such as break_even="1%".')
    return found.value


def _demand_plain(algo: object, target: float | None, group: int) -> None:
    if not callable(getattr(algo, "plan", None)):
        raise BadInput(f"`algo` is {algo!r}.", cure='Give a schedule such as TWAP("30m", slices=6).')
    if target is not None or group:
        raise BadInput(f"`algo` was given with {'`target`' if target is not None else '`group`'}.", cure="Give the size as quantity, cash, percent or risk.")
