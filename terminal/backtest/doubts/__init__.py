"""How much a result is worth: it is run again on other candles, settings and costs, and asked what is doubtful."""
