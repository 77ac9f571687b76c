"""Everything drawn: the window, its panels, charts and widgets. Never computes a result and never opens a file of candles."""

from terminal.ui.imports import restore_import

restore_import()
