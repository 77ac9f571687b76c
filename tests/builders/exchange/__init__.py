"""A crypto exchange on loopback for tests: real HTTP, Binance's and Kraken's public REST, real candles, faults by script. Never touches the network."""

from .faults import Fault, FaultKind
from .market import Listing, candles_of, listing_from_file
from .server import LocalExchange

__all__ = ["Fault", "FaultKind", "Listing", "LocalExchange", "candles_of", "listing_from_file"]
