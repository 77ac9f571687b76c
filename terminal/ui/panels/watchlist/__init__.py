"""The Watchlist panel: what every symbol stands at, from the stream and from the store. Never computes a price."""

from terminal.ui.panels.watchlist.panel import WatchlistPanel

__all__ = ["WatchlistPanel"]
