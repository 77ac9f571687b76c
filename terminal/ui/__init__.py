"""Everything drawn: the window, its panels, charts and widgets. Never computes a result and never opens a file of candles."""
