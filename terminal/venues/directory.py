"""Every venue by name: the demo market first, then each exchange that ccxt knows. Opens the one a person asks for.

Built by `app.build` without importing ccxt; the download asks the source it opens for candles.
"""

from collections.abc import Mapping
from typing import Any

from terminal.domain.clock import Clock
from terminal.domain.errors import UnknownName
from terminal.domain.names import nearest

DEMO = "demo"


class VenueDirectory:
    """Finds venues by name. `settings` is read at each opening, so that a changed address counts from the next request on."""

    def __init__(self, settings: Mapping[str, Any], clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    def names(self) -> tuple[str, ...]:
        """Ids of all venues: "demo", then ccxt's exchanges in alphabetical order. The first call imports ccxt (seconds)."""
        from terminal.venues.ccxt.exchanges import exchange_ids

        return (DEMO, *exchange_ids())

    def open(self, name: str) -> Any:
        """A market.ports.CandleSource for that venue, to be used on one event loop and closed there.

        Raises UnknownName with the nearest ids.
        """
        plain = name.strip().lower()
        if plain == DEMO:
            from terminal.venues.demo.source import DemoSource

            return DemoSource(int(self._settings["seed"]), self._clock)
        names = self.names()
        if plain not in names:
            raise UnknownName("venue", name, nearest=nearest(name, names), cure="The Data panel lists every exchange there is.")
        from terminal.venues.ccxt.source import CcxtSource

        return CcxtSource(plain, address=str(self._settings["exchange_address"]), clock=self._clock)
