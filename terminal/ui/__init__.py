"""Everything drawn: the window, its panels, charts and widgets. Never computes a result and never opens a file of candles."""

import gc

gc.disable()  # `collector` collects in the window's thread; while modules are read, Python would walk all of them again and again

from terminal.ui.imports import restore_import  # noqa: E402 - reads the first of many modules

restore_import()
