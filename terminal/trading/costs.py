"""What a fill costs beyond the price on the screen: slippage and commission.

The matcher asks for the slipped price, the ledger books the commission.
"""

from numba import njit

from terminal.risk.grid import grid_down, grid_up


@njit(nogil=True, error_model="numpy")
def slipped(price: float, direction: int, slippage: float, tick_over: float, tick_under: float) -> float:
    """`price` moved against a buyer (`direction` 1) or seller (−1) by the fraction `slippage`, rounded to the tick against them."""
    if direction > 0:
        return grid_up(price * (1.0 + slippage), tick_over, tick_under)
    return grid_down(price * (1.0 - slippage), tick_over, tick_under)


@njit(nogil=True, error_model="numpy")
def commission(quantity: float, price: float, multiplier: float, fee_rate: float) -> float:
    """The fee of one fill in quote currency: a fraction of its notional."""
    return quantity * price * multiplier * fee_rate
