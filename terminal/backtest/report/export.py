"""Writes a result to a file in the form its ending names: HTML page, PDF, Excel, JSON, CSV of the trades, PNG picture.

Called by the command that exports a run; the file appears whole or not at all.
"""

import os
from contextlib import suppress
from pathlib import Path

from terminal.backtest.report.appendix import NOTHING, Appendix
from terminal.backtest.result import Result
from terminal.domain.errors import BadInput, DiskFull, OutcryError, lacks_room

ENDINGS = (".html", ".pdf", ".xlsx", ".json", ".csv", ".png")
DOUBTING = (".html", ".pdf")
"""The forms that carry the reviewer's answers and the band of fills."""
TRADINGVIEW = ".tradingview.csv"
"""How the name of a list of trades ends that is written as TradingView writes its own."""


def write_result(result: Result, path: Path, appendix: Appendix = NOTHING) -> None:
    """Writes `result` to `path`, reports with what `appendix` has; raises BadInput for an unknown ending, OutcryError where it can't write."""
    demand_ending(path)
    content = _content(result, path, appendix)
    half = path.with_name(f".{path.name}.{os.getpid()}.writing")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(content)
        half.replace(path)
    except OSError as error:
        with suppress(OSError):
            half.unlink(missing_ok=True)
        kind = DiskFull if lacks_room(error) else OutcryError
        raise kind(f"{path} could not be written: {error.strerror or error}.", cure="Choose another folder, or free some space.") from error


def demand_ending(path: Path) -> None:
    """Raises BadInput where `path` ends in a form that no result is written in: worth asking before a long run."""
    if path.suffix.lower() not in ENDINGS:
        raise BadInput(f"A result cannot be written as {path.name!r}.", cure=f"Let its name end in {', '.join(ENDINGS)}.")


def _content(result: Result, path: Path, appendix: Appendix) -> bytes:
    ending = path.suffix.lower()
    if ending == ".html":
        from terminal.backtest.report.page import result_html

        return result_html(result, appendix).encode()
    if ending == ".pdf":
        from terminal.backtest.report.pdf import result_pdf

        return result_pdf(result, appendix)
    if ending == ".xlsx":
        from terminal.backtest.report.excel import result_xlsx

        return result_xlsx(result)
    if ending == ".png":
        from terminal.backtest.report.picture import result_png

        return result_png(result)
    if ending == ".json":
        return (result.to_json() + "\n").encode()
    from terminal.backtest.report.document import trades_csv, tradingview_csv

    write = tradingview_csv if path.name.lower().endswith(TRADINGVIEW) else trades_csv
    return write(result).encode()
