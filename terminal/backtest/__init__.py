"""Replays candles through the trading rules and reports what came of it. Candles are handed in; nothing is fetched or stored."""
