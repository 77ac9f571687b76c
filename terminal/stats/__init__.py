"""Pure measures of equity, trades and samples, each with its source. Never opens a file and never draws."""
