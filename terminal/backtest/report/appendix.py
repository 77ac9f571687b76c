"""What a report may carry beside the result: the reviewer's answers and the band of fills, where they were worked out.

Handed to the HTML page and the PDF by the command that exports a run.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from terminal.backtest.doubts.envelope import Envelope
    from terminal.backtest.doubts.review import Review


@dataclass(frozen=True, eq=False)
class Appendix:
    """None = not asked for; the report then says nothing of it."""

    review: "Review | None" = None
    band: "Envelope | None" = None
    changes: tuple[str, ...] = ()
    """What is no longer as it was when the run was made."""


NOTHING = Appendix()
