"""The embedded demo market: invented prices that behave like a market, always labelled simulated. Never touches the network or the clock."""
