"""Venues by name, without importing ccxt before somebody asks for one."""

import subprocess
import sys

import pytest

from terminal.domain.clock import system_clock
from terminal.domain.errors import UnknownName
from terminal.venues.directory import VenueDirectory

SETTINGS = {"seed": 1, "exchange_address": ""}


def test_the_demo_market_comes_first_then_every_exchange_of_ccxt() -> None:
    names = VenueDirectory(SETTINGS, system_clock).names()
    assert names[0] == "demo"
    assert len(names) > 100
    assert list(names[1:]) == sorted(names[1:])


@pytest.mark.parametrize(("typed", "meant"), [("binanc", "binance"), ("Kracken", "kraken"), ("coin base", "coinbase")])
def test_an_unknown_venue_is_refused_with_the_nearest(typed: str, meant: str) -> None:
    with pytest.raises(UnknownName, match="Did you mean") as refusal:
        VenueDirectory(SETTINGS, system_clock).open(typed)
    assert meant in refusal.value.nearest


def test_the_directory_itself_imports_nothing_heavy() -> None:
    program = (
        "import sys, terminal.venues.directory as d; d.VenueDirectory({}, lambda: 0); print([m for m in ('ccxt', 'aiohttp', 'pandas') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip() == "[]"
