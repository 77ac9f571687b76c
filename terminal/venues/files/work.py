"""What is known of a file so far: carried from step to step, so that a failing step leaves what was found before it.

Filled in by `interpret`, shown by `inspect`.
"""

from dataclasses import dataclass, field
from pathlib import Path

from terminal.domain.candles import Candles
from terminal.venues.files.reading import Corrections, Notebook


@dataclass(eq=False)
class Interpretation:
    """What is known of a file so far; filled in step by step, so that a failing step leaves what was found before it."""

    path: Path
    corrections: Corrections
    notebook: Notebook = field(default_factory=Notebook)
    headers: tuple[str, ...] = ()
    preview: tuple[tuple[str, ...], ...] = ()
    roles: dict[str, int] = field(default_factory=dict)
    rows: int = 0
    symbols: tuple[str, ...] = ()
    is_simulated: bool = False
    """Whether the file says that its prices are invented."""
    candles: Candles | None = None
