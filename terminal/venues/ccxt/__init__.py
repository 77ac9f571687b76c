"""Crypto exchanges through the ccxt library: any of its ids, public data only. Turns its markets, candles and errors into the domain's; never stores."""
