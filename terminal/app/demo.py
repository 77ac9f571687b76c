"""The first journey without a screen, and the simulated candles a first start finds: venue, store, check, backtest, report.

Every step is the command a person would give; nothing here knows more than a face does.
"""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from terminal.app.commands import CheckCandles, ExportCandles, ExportRun, ExtractCandles, PrepareDemo, RunBacktest, RunDemo
from terminal.app.loading import DEMO, HOURS, remove_other_seed
from terminal.app.state import StoreChanged
from terminal.domain.errors import OutcryError
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import HOUR, Timeframe
from terminal.domain.work import CancelQuestion, Report, silent, stop_if

if TYPE_CHECKING:
    from terminal.app.terminal import Handler, Terminal

STRATEGY = "ema_trend"
_FRAME = Timeframe.H1
_JOURNEY = SeriesKey(DEMO, "BTC/USDT", _FRAME)


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """What the headless journey wrote and found; all of it rests on invented prices."""

    candles: Path
    result: Path
    report: Path
    picture: Path
    rows: int
    gaps: int
    seed: int
    verdict: str
    simulated: bool = True

    def words(self) -> tuple[str, ...]:
        """The summary as lines for a person."""
        holes = "no gaps" if not self.gaps else f"{self.gaps:,} gaps"
        return (
            f"Simulated market, seed {self.seed}: prices are invented. {self.rows:,} one-hour candles of {_JOURNEY.symbol}, {holes}.",
            f"{STRATEGY}: {self.verdict}",
            f"Candles  {self.candles}",
            f"Result   {self.result}",
            f"Report   {self.report}",
            f"Picture  {self.picture}",
        )


def run_demo(terminal: "Terminal", output: Path, report: Report, cancelled: CancelQuestion) -> DemoFiles:
    """The files of the journey, written to the folder `output`, which is made where missing.

    It travels in a home of its own, so that the same seed and clock give the same bytes, whatever was tried before.
    Raises OutcryError where the folder cannot be written, Cancelled when asked to stop.
    """
    from terminal.app.build import build

    try:
        output.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".journey-", dir=output) as home:
            traveller = build(Path(home), clock=terminal.clock)
            traveller.settings.change("seed", terminal.settings["seed"])
            return _travel(traveller, output, report, cancelled)
    except OSError as error:
        raise OutcryError(
            f"The demo could not write to {output}: {error.strerror or error}.", cure="Choose a folder that can be written, with --output."
        ) from error


def _travel(terminal: "Terminal", output: Path, report: Report, cancelled: CancelQuestion) -> DemoFiles:
    steps = 5

    def step(number: int, words: str) -> None:
        stop_if(cancelled)
        report(number, steps, words)

    step(0, "inventing three years of prices")
    end = _FRAME.floor(terminal.clock())
    terminal.execute(ExtractCandles(DEMO, (_JOURNEY.symbol,), _FRAME, end - HOURS * HOUR, end), silent, cancelled)
    step(1, "checking the candles")
    found = terminal.execute(CheckCandles(_JOURNEY), silent, cancelled)
    step(2, f"testing {STRATEGY}")
    run = terminal.execute(RunBacktest(STRATEGY, _JOURNEY, origin="demo"), silent, cancelled)
    step(3, "writing the candles")
    candles = output / "btc-usdt-1h-simulated.csv"
    rows = terminal.execute(ExportCandles(_JOURNEY, candles), silent, cancelled)
    step(4, "writing result, report and picture")
    exports = [ExportRun(run.info.id, output / f"{STRATEGY}-simulated{ending}", with_doubts=False) for ending in (".json", ".html", ".png")]
    files = [terminal.execute(export, silent, cancelled) for export in exports]
    step(5, "done")
    return DemoFiles(candles, files[0], files[1], files[2], rows, len(found.gaps.gaps), terminal.settings["seed"], run.result.verdict)


def prepare_demo(terminal: "Terminal", command: PrepareDemo, report: Report, cancelled: CancelQuestion) -> tuple[SeriesKey, ...]:  # noqa: ARG001 - a handler's shape
    """The series of the simulated market that now hold the last three years; candles of another seed are replaced."""
    from terminal.venues.demo.market import DemoMarket

    market = DemoMarket(terminal.settings["seed"])
    keys = tuple(SeriesKey(DEMO, instrument.symbol, _FRAME) for instrument in market.instruments())
    end = _FRAME.floor(terminal.clock())
    for number, key in enumerate(keys):
        stop_if(cancelled)
        report(number, len(keys), key.symbol)
        remove_other_seed(terminal, key, market.provenance.detail)
        for missing in terminal.store.missing(key, end - HOURS * HOUR, end):
            candles = market.candles(key.symbol, key.timeframe, *missing)
            terminal.store.write(candles, source=DEMO, covered=missing)
            terminal.publisher.publish(StoreChanged(key))
    report(len(keys), len(keys))
    return keys


def _run_demo(terminal: "Terminal", command: RunDemo, report: Report, cancelled: CancelQuestion) -> DemoFiles:
    return run_demo(terminal, command.output, report, cancelled)


HANDLERS: dict[type, "Handler"] = {RunDemo: _run_demo, PrepareDemo: prepare_demo}
