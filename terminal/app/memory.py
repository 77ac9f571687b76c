"""Asks the C library to share one or two heaps among all threads, where it would open one for each.

Called once by `app.opening` before the first worker thread starts; the idle window is 50 MB smaller for it.
"""

import sys

_M_ARENA_MAX = -8
_HEAPS = 2


def share_heaps() -> None:
    """Bounds the heaps of glibc; other C libraries are left alone. Source: mallopt(3)."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    library = ctypes.CDLL(None)
    if hasattr(library, "gnu_get_libc_version"):
        library.mallopt(_M_ARENA_MAX, _HEAPS)
