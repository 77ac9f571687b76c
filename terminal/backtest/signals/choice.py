"""Which way a run of array signals is simulated: by the short loop of `fast` where that can express it, else on the desk.

Called by `run` before anything of the desk is loaded.
"""

from dataclasses import replace

from terminal.backtest.options import Options
from terminal.domain.signals import CheckedSignals

_OWN = ("pyramiding", "rebalance", "drift")
"""Settings that a strategy may say itself."""


def asked(signals: CheckedSignals, options: Options) -> Options:
    """`options` with what the strategy itself says about pyramiding and rebalancing."""
    own = {name: value for name in _OWN if (value := getattr(signals, name)) is not None}
    return replace(options, **own) if own else options


def is_plain(signals: CheckedSignals, options: Options) -> bool:
    """Whether the fast loop can run `signals`: market entries, one at a time, with the costs that it knows."""
    is_simple = not signals.is_target and signals.waits_for == "market" and asked(signals, options).pyramiding == 0
    return is_simple and not options.needs_desk
