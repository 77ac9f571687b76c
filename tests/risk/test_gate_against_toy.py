"""A stream of orders good and bad, filled, cut short, lost and changed: what the gate approved never takes an account beyond its limits."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.risk.gate import Gate
from terminal.risk.limits import PRESETS, Limits
from tests.builders.toy_account import ToyAccount

BRISK = {"orders_per_minute": 600, "strategy_orders_per_minute": 600}
"""The rates out of the way, so that sizes are what refuses."""


@given(st.integers(0, 2**63), st.sampled_from(PRESETS), st.sampled_from(["2", "0.3", "0.05"]), st.booleans())
@settings(max_examples=40, deadline=None)
def test_no_approved_order_ever_takes_the_account_beyond_a_limit(seed: int, preset: str, leverage: str, venue_keeps: bool) -> None:
    account = ToyAccount(Gate(Limits.preset(preset).changed(BRISK | {"leverage": leverage})), Random(seed), venue_keeps)
    for _ in range(400):
        account.step()
    assert (account.beyond, account.widened) == (0, 0)


def test_the_toy_meets_every_limit_on_size_and_lets_good_orders_through() -> None:
    account = ToyAccount(Gate(Limits().changed(BRISK | {"leverage": "0.3"})), Random(1))
    for _ in range(6_000):
        account.step()
    assert account.approved > 500
    expected = {"position", "leverage", "risk of a trade", "grid", "price collar", "close only", "trading state", "unknown order"}
    assert expected <= set(account.rules), expected - set(account.rules)
    assert not [name for name in account.rules if name == "order"]
