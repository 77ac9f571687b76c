"""Runs a strategy candle by candle: the account it sees, what wakes it, and what it is told."""
