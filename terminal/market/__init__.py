"""Candles kept and vouched for: the store, the download, gaps, quality, the live feed. Never decides a trade."""
