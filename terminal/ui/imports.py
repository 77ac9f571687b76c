"""Gives Python its own import statement back, which Qt for Python replaces as soon as it is loaded.

Called by the package's `__init__`, before the window's modules are read.
"""

import builtins

import PySide6.QtCore  # noqa: F401 - loading it is what replaces the statement


def restore_import() -> None:
    """Makes `import` what Qt for Python found and calls itself; nothing to do where a version of it replaces nothing.

    Its own looks whether a module switches Qt's naming (`from __feature__ import snake_case`, which nothing here does) by reading
    the source of every module that is imported, and keeps it all: a fifth of the time until the window shows, and 50 MB with numba.
    """
    found = getattr(builtins, "__orig_import__", None)
    if found is not None:
        builtins.__import__ = found
