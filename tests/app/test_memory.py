"""The bound on heaps: harmless to set twice, and threads still allocate."""

import threading

import numpy as np

from terminal.app.memory import share_heaps


def test_threads_allocate_under_the_bound() -> None:
    share_heaps()
    share_heaps()
    sums: list[float] = []
    threads = [threading.Thread(target=lambda: sums.append(float(np.ones(100_000).sum()))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sums == [100_000.0] * 8
