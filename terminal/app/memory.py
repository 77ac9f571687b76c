"""Asks the C library to share heaps among threads and, where nothing idles, to keep freed memory for the next arrays.

The window shares heaps before its first worker thread starts and is 50 MB smaller for it; shells and scripts also keep memory, since
zeroed pages that the system hands out anew take a third of a run over many candles. Other C libraries than glibc are left alone.
"""

import sys
from functools import cache
from typing import Any

_M_TRIM_THRESHOLD, _M_MMAP_MAX, _M_ARENA_MAX = -1, -4, -8
_HEAPS = 2
_MOST_KEPT = 1 << 30


def share_heaps() -> None:
    """Bounds the heaps of this process. Source: mallopt(3)."""
    library = _glibc()
    if library is not None:
        library.mallopt(_M_ARENA_MAX, _HEAPS)


@cache
def keep_freed_memory() -> None:
    """Lets large arrays take memory that others left, and gives back only what is more than 1 GB. Source: mallopt(3)."""
    library = _glibc()
    if library is not None:
        library.mallopt(_M_MMAP_MAX, 0)
        library.mallopt(_M_TRIM_THRESHOLD, _MOST_KEPT)


def _glibc() -> Any:
    if not sys.platform.startswith("linux"):
        return None
    import ctypes

    library = ctypes.CDLL(None)
    return library if hasattr(library, "gnu_get_libc_version") else None
