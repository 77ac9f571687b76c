"""Everything a face can ask of the terminal, as frozen values; the window, the command line and scripts send the same ones.

`Terminal.execute` answers each with a value or raises an OutcryError. The answer's type stands in each docstring.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe


@dataclass(frozen=True, slots=True)
class ListVenues:
    """All venues by id: tuple[str, ...]; "demo" first, then the exchanges that ccxt supports."""


@dataclass(frozen=True, slots=True)
class ListInstruments:
    """What a venue trades: tuple[Instrument, ...], sorted by symbol."""

    venue: str


@dataclass(frozen=True, slots=True)
class ListTimeframes:
    """The timeframes a venue offers: tuple[Timeframe, ...]."""

    venue: str


@dataclass(frozen=True, slots=True)
class ExtractCandles:
    """Downloads what is missing of a range and stores it: market.download.Extraction."""

    venue: str
    symbols: tuple[str, ...]
    timeframe: Timeframe
    start: int
    """UTC ns, included."""
    end: int | None = None
    """UTC ns, left out; None = up to the last closed candle."""


@dataclass(frozen=True, slots=True)
class InspectFile:
    """What a candle file seems to hold, with a preview, before anything is imported: venues.files.Reading."""

    path: Path
    corrections: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportFile:
    """Reads a candle file into the store: market.store.Receipt."""

    path: Path
    symbol: str
    corrections: Mapping[str, str] = field(default_factory=dict)
    venue: str = "file"


@dataclass(frozen=True, slots=True)
class ExportCandles:
    """Writes a stored series to `path` (.csv, .parquet, .xlsx or .json by its ending): the number of rows."""

    series: SeriesKey
    path: Path
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class CheckCandles:
    """Gaps and quality findings of a stored series: market.quality.QualityReport."""

    series: SeriesKey


@dataclass(frozen=True, slots=True)
class RepairGaps:
    """Asks the same or a second venue for the missing candles: market.download.Extraction."""

    series: SeriesKey
    source: str | None = None


@dataclass(frozen=True, slots=True)
class DeleteSeries:
    """Removes a stored series: None."""

    series: SeriesKey


@dataclass(frozen=True, slots=True)
class ListSeries:
    """What the store holds, without opening the data: tuple[market.store.SeriesInfo, ...]."""


@dataclass(frozen=True, slots=True)
class LoadCandles:
    """Stored candles, resampled up where only finer ones are stored: Candles."""

    series: SeriesKey
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class ListStrategies:
    """Built-in strategies and those of the user's folder, broken files included: tuple[strategies.loader.StrategyEntry, ...]."""


@dataclass(frozen=True, slots=True)
class ReadStrategy:
    """One strategy as its file stands now, broken or not: strategies.loader.StrategyEntry."""

    strategy: str
    """A name or the path of a file."""


@dataclass(frozen=True, slots=True)
class SaveStrategy:
    """Writes a strategy file, atomically, and loads it: strategies.loader.StrategyEntry."""

    path: Path
    text: str
    expected: str | None = None
    """Code fingerprint the file had when it was read; the save is refused where it changed since. None saves anyway."""


@dataclass(frozen=True, slots=True)
class NewStrategy:
    """Makes a file in the user's folder under a free name, from a strategy or from the template: strategies.loader.StrategyEntry."""

    copy_of: str = ""
    """Name or path of the strategy to copy; "" takes the template."""
    name: str = ""
    """Name wanted for the file, without its ending; "" makes one."""
    form: str = "signals"
    """Which template: "signals" (arrays) or "events" (candle by candle)."""


@dataclass(frozen=True, slots=True)
class TickFile:
    """A file of trades, quotes or books to run a strategy over; times without a zone are of `zone`, candles made of them of `timeframe`."""

    path: Path
    symbol: str | None = None
    """What is traded; None = what the file says, or is called."""
    timeframe: Timeframe = Timeframe.M1
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Beside:
    """A further strategy on the account of a run, with its parameters."""

    strategy: str
    """A built-in's name or the path of a file."""
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunBacktest:
    """Runs a strategy over candles, records the trial and stores the run: app.runs.Run (its `.result` is the Result)."""

    strategy: str
    """A built-in's name or the path of a file."""
    candles: SeriesKey | Path | TickFile
    parameters: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    """Keyword arguments of `backtest`: capital, commission, slippage, size, …"""
    start: int | None = None
    end: int | None = None
    origin: str = "hand"
    """How it was tried: "hand", "slider", "command line", "script", "demo"."""
    others: tuple[SeriesKey, ...] = ()
    """Further instruments traded on the same account."""
    beside: tuple[Beside, ...] = ()
    """Further strategies on it, each with a virtual ledger of its own; `portions` among the options shares the capital out."""


@dataclass(frozen=True, slots=True)
class ListRuns:
    """Stored runs, newest first: tuple[app.runs.RunInfo, ...]."""


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A stored run with its result: app.runs.Run."""

    run_id: str


@dataclass(frozen=True, slots=True)
class LoadRunCandles:
    """What a run was made on, as it is now: tuple[Candles, ...], one for each instrument; of ticks the candles made of them."""

    run_id: str


@dataclass(frozen=True, slots=True)
class CountVariants:
    """How many variants were tried so far on the series of a run, sensitivity's included: int."""

    run_id: str


@dataclass(frozen=True, slots=True)
class ExportRun:
    """Writes a run's report to `path` (.html, .pdf, .xlsx, .json, .csv, .tradingview.csv, .png by its ending): the path."""

    run_id: str
    path: Path
    with_doubts: bool = True
    """Whether a page or PDF carries the reviewer's answers, who runs the strategy a few times again."""
    with_band: bool = False
    """Whether it carries the band of fills and costs, which is four runs more."""


@dataclass(frozen=True, slots=True)
class RunStress:
    """Strategies on shocked candles, simulated anew, and in past crises: backtest.stress.StressReport."""

    run_id: str = ""
    """A kept run whose strategy, candles and settings are taken; "" takes those below."""
    strategies: tuple[str, ...] = ()
    """Names or paths, each with its default parameters; they stand beside the run's own where there is one."""
    candles: SeriesKey | Path | TickFile | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    start: int | None = None
    end: int | None = None
    shocks: tuple[str, ...] = ()
    """Names of shocks, or own ones such as "move=-40% bars=3 volatility=4"; () = the six standard ones."""
    at: float = 0.5
    """Where in the traded range a shock strikes: 0 = at its first candle, 1 = at its last."""
    others: tuple[SeriesKey, ...] = ()
    """Further instruments on the same account."""


@dataclass(frozen=True, slots=True)
class RunMonteCarlo:
    """Paths that a run's trades or days could have taken in another order: stats.monte_carlo.MonteCarlo."""

    run_id: str
    method: str = "bootstrap"
    """"reshuffle" (the trades in another order) or "bootstrap" (blocks of days, drawn with replacement)."""
    paths: int = 10_000
    seed: int = 1
    length: int | None = None
    """Days of a bootstrapped path; None = 252."""


@dataclass(frozen=True, slots=True)
class RunSensitivity:
    """What ±20 % on each parameter and each cost does to one measure: backtest.sensitivity.SensitivityReport."""

    run_id: str
    metric: str = "total_return"


@dataclass(frozen=True, slots=True)
class RunEnvelope:
    """The equity between kind and unkind fills at low and high costs: backtest.envelope.Envelope."""

    run_id: str


@dataclass(frozen=True, slots=True)
class CheckCausality:
    """Whether a strategy looks ahead on these candles or ticks: backtest.causality.Causality."""

    strategy: str = ""
    candles: SeriesKey | Path | TickFile | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    start: int | None = None
    end: int | None = None
    others: tuple[SeriesKey, ...] = ()
    """Further instruments on the same account."""
    run_id: str = ""
    """A kept run whose strategies, candles and settings are taken instead."""


@dataclass(frozen=True, slots=True)
class ReviewRun:
    """What is doubtful in a run, worst first, and what was looked at and found sound: backtest.review.Review."""

    run_id: str


@dataclass(frozen=True, slots=True)
class CompareRuns:
    """Several runs side by side, in the order given: backtest.comparison.Comparison."""

    run_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangeSetting:
    """Sets and saves one setting: the checked value."""

    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class RunDemo:
    """The first journey on the simulated market, written to a folder as CSV, HTML and PNG: app.demo.DemoFiles."""

    output: Path


@dataclass(frozen=True, slots=True)
class PrepareDemo:
    """Stores what is missing of the last three years of every simulated symbol, one-hour candles: tuple[SeriesKey, ...]."""


@dataclass(frozen=True, slots=True)
class SimulateFaults:
    """Random fault schedules against the order engine, in virtual time: answers.FaultCampaign."""

    schedules: int = 2_000
    seed: int = 1
    replay: int | None = None
    """Run this one of them again."""


@dataclass(frozen=True, slots=True)
class Trade:
    """Trades a strategy on paper, on the live stream of a venue, until cancelled: app.trading.SessionReport."""

    strategy: str
    symbols: tuple[str, ...]
    timeframe: Timeframe
    venue: str = "demo"
    account: str = "paper"
    capital: Decimal = Decimal(10_000)
    risk: str = "conservative"
    """Preset of limits: conservative, medium, aggressive."""
    share: Decimal = Decimal(1)
    """Share of the equity wished for an entry; the limits cut it."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seconds: float | None = None
    """Ends by itself after so long; None = until cancelled."""


@dataclass(frozen=True, slots=True)
class Replay:
    """The same session over stored candles at full speed, on an account that is kept nowhere: app.trading.SessionReport."""

    trade: Trade
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class AskEngine:
    """Asks the engine that trades an account: status, orders, positions, cancel, flatten, kill, arm. JSON values or words."""

    account: str
    what: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


Command = (
    ListVenues
    | ListInstruments
    | ListTimeframes
    | ExtractCandles
    | InspectFile
    | ImportFile
    | ExportCandles
    | CheckCandles
    | RepairGaps
    | DeleteSeries
    | ListSeries
    | LoadCandles
    | ListStrategies
    | ReadStrategy
    | SaveStrategy
    | NewStrategy
    | RunBacktest
    | ListRuns
    | OpenRun
    | LoadRunCandles
    | CountVariants
    | ExportRun
    | RunStress
    | RunMonteCarlo
    | RunSensitivity
    | RunEnvelope
    | CheckCausality
    | ReviewRun
    | CompareRuns
    | ChangeSetting
    | RunDemo
    | PrepareDemo
    | SimulateFaults
    | Trade
    | Replay
    | AskEngine
)
