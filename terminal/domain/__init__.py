"""The nouns every other room speaks in: instruments, candles, parameters, signals, orders, errors. Imports no other room."""
