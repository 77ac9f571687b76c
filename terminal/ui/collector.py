"""Collects cyclic garbage in the window's thread alone, where widgets may end.

Python collects in whatever thread makes an object at that moment. Where that ends an object of Qt's in a worker, Qt's lock is held
there while it waits for Python's, and the window waits the other way round: for ever.
"""

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 500


class Collector(QObject):
    """Collects when Python would, for as long as `owner` lives; Python itself does not, see the package's `__init__`."""

    def __init__(self, owner: QObject) -> None:
        super().__init__(owner)
        timer = QTimer(self)
        timer.timeout.connect(self.collect_due)
        timer.start(_EVERY_MS)

    def collect_due(self) -> None:
        """Collects the oldest generation that is due by Python's own thresholds."""
        for generation, (count, threshold) in reversed(list(enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)))):
            if threshold and count > threshold:
                gc.collect(generation)
                return
