"""The commands about candles that are here already: read a file, list, check, export, delete; `app.loading` loads them.

Handlers of `app.commands`; libraries that cost time to import are imported where they are used.
"""

from typing import TYPE_CHECKING, Any

from terminal.app.commands import CheckCandles, DeleteSeries, ExportCandles, ImportFile, InspectFile, ListSeries, LoadCandles
from terminal.app.loading import available, load_candles, none_in_range
from terminal.app.state import StoreChanged
from terminal.domain.work import CancelQuestion, Report, stop_if

if TYPE_CHECKING:
    from terminal.app.terminal import Handler, Terminal


def inspect_file(terminal: "Terminal", command: InspectFile, report: Report, cancelled: CancelQuestion) -> Any:  # noqa: ARG001 a handler's signature
    """The Reading of a file, before anything is imported."""
    from terminal.venues.files import inspect

    return inspect(command.path, corrections=command.corrections)


def import_file(terminal: "Terminal", command: ImportFile, report: Report, cancelled: CancelQuestion) -> Any:
    """Reads the file, stores it, returns the Receipt, whose notes tell what was put right."""
    from terminal.venues.files import read_with_notes

    report(0, 2, f"reading {command.path.name}")
    candles, notes = read_with_notes(command.path, symbol=command.symbol, venue=command.venue, corrections=command.corrections)
    stop_if(cancelled)
    report(1, 2, f"storing {len(candles):,} candles")
    covered = (int(candles.time[0]), int(candles.time[-1]) + candles.timeframe.nanoseconds)
    receipt = terminal.store.write(candles, source=f"file {command.path.name}", covered=covered, notes=notes)
    terminal.publisher.publish(StoreChanged(receipt.key))
    report(2, 2, "done")
    return receipt


def export_candles(terminal: "Terminal", command: ExportCandles, report: Report, cancelled: CancelQuestion) -> int:
    """Writes the candles to the file and returns how many."""
    from terminal.venues.files.export import export

    candles = load_candles(terminal, LoadCandles(command.series, command.start, command.end), report, cancelled)
    if not len(candles):
        raise none_in_range(str(command.series), available(terminal, command.series))
    report(0, len(candles), f"writing {command.path.name}")
    export(candles, command.path)
    report(len(candles), len(candles), "done")
    return len(candles)


def check_candles(terminal: "Terminal", command: CheckCandles, report: Report, cancelled: CancelQuestion) -> Any:
    """The QualityReport of a stored series."""
    from terminal.market.quality import check

    return check(load_candles(terminal, LoadCandles(command.series), report, cancelled))


def delete_series(terminal: "Terminal", command: DeleteSeries, report: Report, cancelled: CancelQuestion) -> None:  # noqa: ARG001 a handler's signature
    """Removes a stored series."""
    terminal.store.delete(command.series)
    terminal.publisher.publish(StoreChanged(command.series))


def list_series(terminal: "Terminal", command: ListSeries, report: Report, cancelled: CancelQuestion) -> Any:  # noqa: ARG001 a handler's signature
    """What the store holds."""
    return terminal.store.series()


HANDLERS: "dict[type, Handler]" = {
    InspectFile: inspect_file,
    ImportFile: import_file,
    ExportCandles: export_candles,
    CheckCandles: check_candles,
    DeleteSeries: delete_series,
    ListSeries: list_series,
    LoadCandles: load_candles,
}
