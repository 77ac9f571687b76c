"""The bound on heaps and memory that is kept: harmless to ask for twice, and threads still allocate, also more than a heap of theirs holds."""

import threading

import numpy as np

from terminal.app.memory import keep_freed_memory, share_heaps


def test_threads_allocate_under_the_bound() -> None:
    share_heaps()
    share_heaps()
    keep_freed_memory()
    sums: list[float] = []
    threads = [threading.Thread(target=lambda: sums.append(float(np.ones(20_000_000).sum()))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sums == [20_000_000.0] * 8
