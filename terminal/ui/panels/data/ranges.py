"""A range of days as a person writes it, and the usual ranges to choose from.

Read by the Data panel's form before anything is asked of a venue.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from terminal.domain.clock import Clock
from terminal.domain.errors import BadInput
from terminal.ui.widgets.buttons import IconButton
from terminal.ui.widgets.fields import TextField, below

_SECOND = 1_000_000_000
_BETWEEN = re.compile(r"\s*(?:→|->|=>|\.\.+|–|—|\s-\s|\b(?:to|until|till)\b)\s*", re.IGNORECASE)
_TIMED = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M")
_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%b %d, %Y", "%B %d, %Y")
_MONTHS = ("%Y-%m", "%b %Y", "%B %Y")
_FORMS = (*_TIMED, *_DAYS, *_MONTHS, "%Y")
_SLASHED = re.compile(r"\d{1,2}/\d{1,2}/\d{4}")
FIRST = "first candle"
"""What stands for the beginning of what a venue has."""
_BEGINNINGS = frozenset((FIRST, "first", "all", "everything", "everything there is", "beginning", "start"))
_CURE = "Write it like 2019-01-01 → 2021-12-31, or first candle → now. Days are UTC; the last one is included."


@dataclass(frozen=True, slots=True)
class Preset:
    """A usual range: its words and how many days it goes back (None = everything there is)."""

    words: str
    days: int | None


PRESETS = (
    Preset("Last 7 days", 7),
    Preset("Last 30 days", 30),
    Preset("Last 90 days", 90),
    Preset("Last year", 365),
    Preset("Last 3 years", 3 * 365),
    Preset("Last 5 years", 5 * 365),
    Preset("Everything there is", None),
)


def range_of(text: str) -> tuple[int, int | None]:
    """Start and end (UTC ns, end left out, None = up to now) of a range such as "2019-01-01 → 2021-12-31"; raises BadInput."""
    parts = _BETWEEN.split(text.strip(), maxsplit=1)
    first = parts[0].strip().lower()
    last = parts[1].strip().lower() if len(parts) > 1 else ""
    start = 0 if first in _BEGINNINGS else _moment(first, text)[0]
    end = None if last in {"", "now", "today"} else _moment(last, text)[1]
    if end is not None and end <= start:
        raise BadInput(f"The range {text!r} ends before it starts.", cure="Swap the two dates.")
    return start, end


def text_of(preset: Preset, now_ns: int) -> str:
    """The preset as text of a range."""
    if preset.days is None:
        return f"{FIRST} → now"
    day = datetime.fromtimestamp(now_ns // _SECOND, UTC).date() - timedelta(days=preset.days)
    return f"{day:%Y-%m-%d} → now"


def _moment(text: str, whole: str) -> tuple[int, int]:
    """The first instant of what `text` names and the one after its last: a day, month and year end with their end."""
    for form in _FORMS:
        try:
            moment = datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
        return round(moment.timestamp()) * _SECOND, round(_after(moment, form).timestamp()) * _SECOND
    if _SLASHED.fullmatch(text):
        raise BadInput(f"{text!r} may be read as two different days.", cure="Write the year first, such as 2020-12-31.")
    if _looks_like_a_day(text):
        raise BadInput(f"There is no day {text!r}.", cure="Look at the month and the day: year-month-day, such as 2021-02-28.")
    raise BadInput(f"{whole!r} is not a range of days.", cure=_CURE)


def _looks_like_a_day(text: str) -> bool:
    return re.fullmatch(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}", text) is not None


def _after(moment: datetime, form: str) -> datetime:
    if form in _DAYS:
        return moment + timedelta(days=1)
    if form in _MONTHS:
        return datetime.combine(date(moment.year + moment.month // 12, moment.month % 12 + 1, 1), moment.timetz())
    return moment.replace(year=moment.year + 1) if form == "%Y" else moment


class RangeField(QWidget):
    """A field for a range with a button that offers the usual ones; `edited` is called when either changed it."""

    def __init__(self, clock: Clock, edited: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._edited = edited
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self.text = TextField(f"{FIRST} → now", hint="2019-01-01 → 2021-12-31", name="Range", edited=lambda _text: edited())
        self.text.setToolTip(
            "Days in UTC, such as 2019-01-01 → 2021-12-31; the last one is included. “first candle” is the oldest the venue has, “now” the last closed one."
        )
        self.text.textEdited.connect(lambda _text: edited())
        self.presets = IconButton("clock", "Usual ranges", self.offer)
        row.addWidget(self.text, 1)
        row.addWidget(self.presets)
        self.setFocusProxy(self.text)

    def value(self) -> tuple[int, int | None]:
        """Start and end; raises BadInput."""
        return range_of(self.text.text())

    def menu(self) -> QMenu:
        """The usual ranges."""
        menu = QMenu("Usual ranges", self)
        for preset in PRESETS:
            menu.addAction(preset.words, partial(self.choose, preset))
        return menu

    def offer(self) -> None:
        """Opens the usual ranges below the field."""
        self.menu().popup(below(self.text))

    def choose(self, preset: Preset) -> None:
        """Takes one of them."""
        self.text.setText(text_of(preset, self._clock()))
        self._edited()
