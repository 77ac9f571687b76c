"""Files of trades, quotes and books: the columns people give them, the stream of a venue, and what is refused."""

import gzip
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import csv, parquet

from terminal.app.cli.words import with_flags
from terminal.domain.errors import BadInput, UnknownName
from terminal.domain.instrument import Instrument
from terminal.domain.ticks import TickKind, Ticks
from terminal.ui.panels.results.running import of_window
from terminal.venues.files.symbols import argument_cure
from terminal.venues.files.ticks import read_ticks

T0 = 1_700_000_000_000_000_000


def written(folder: Path, *lines: str, name: str = "X-USD.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("time,price,size,side", "1700000000000,10.5,2,sell"),
        ("timestamp,side,amount,price", "2023-11-14T22:13:20Z,SELL,2,10.5"),
        ("id,price,qty,time,isBuyerMaker", "7,10.5,2,1700000000000,true"),
        ("Time,Price,Volume,Aggressor Side", "2023-11-14 22:13:20.000,10.5,2,s"),
        ("Gmt time;Price;Qty;Side", "2023-11-14T22:13:20+00:00;10.5;2;-1"),
        ("local_timestamp\tprice\tamount\tside", "1700000000000000\t10.5\t2\tsell"),
    ],
)
def test_trades_in_the_spellings_people_use(tmp_path: Path, head: str, row: str) -> None:
    ticks = read_ticks(written(tmp_path, head, row))
    assert (int(ticks.time[0]), ticks.price[0], ticks.size[0], ticks.side[0]) == (T0, 10.5, 2, -1)
    assert (ticks.instrument.symbol, ticks.provenance.source) == ("X-USD", "X-USD.csv")


BOTH = ("time,symbol,price,size", *(f"{1_700_000_000 + row},{('AAA', 'B/C')[row % 2]},{10 + row},1" for row in range(6)))


def several(folder: Path, form: str) -> Path:
    path = written(folder, *BOTH, name="both.csv")
    if form == "csv":
        return path
    table = csv.read_csv(path)
    index = table.column_names.index("symbol")
    names = table["symbol"].cast(pa.string()) if form == "text" else table["symbol"].dictionary_encode()
    parquet.write_table(table.set_column(index, "symbol", names), folder / "both.parquet")
    return folder / "both.parquet"


@pytest.mark.parametrize("form", ["csv", "text", "dictionary"])
def test_a_file_of_several_symbols_asks_which_one_and_never_mixes_them(tmp_path: Path, form: str) -> None:
    path = several(tmp_path, form)
    with pytest.raises(BadInput, match=rf"{path.name} holds 2 symbols: AAA, B/C\.") as asked:
        read_ticks(path)
    assert asked.value.cure == "Set the argument symbol to 'AAA', or whichever is meant."
    first, second = read_ticks(path, symbol="AAA"), read_ticks(path, symbol="b/c")
    assert (first.price.tolist(), second.price.tolist()) == ([10, 12, 14], [11, 13, 15])
    assert (first.instrument.symbol, second.instrument.quote) == ("AAA", "c")
    assert read_ticks(path, instrument=Instrument("file", "AAA")).price.tolist() == [10, 12, 14]
    with pytest.raises(UnknownName, match=r"'DDDD'.*It holds AAA, B/C"):
        read_ticks(path, symbol="DDDD")


def test_each_face_asks_for_the_symbol_as_it_has_it() -> None:
    cure = argument_cure(["BRK B", "AAA"])
    assert with_flags(cure) == with_flags(cure, imports_first=True) == "Give --symbol 'BRK B', or whichever is meant."
    assert of_window(cure) == "Write BRK B into the field Symbol of Next run, or whichever is meant."


def test_one_symbol_in_a_column_names_the_instrument_and_a_person_may_call_it_otherwise(tmp_path: Path) -> None:
    path = written(tmp_path, "time,symbol,price,size", "1700000000,AAA,3,1", "1700000001,,4,1")
    assert (read_ticks(path).instrument.symbol, len(read_ticks(path))) == ("AAA", 2)
    assert read_ticks(path, symbol="A/USD").instrument.quote == "USD"


def test_a_wrong_time_is_told_by_its_row_in_the_file(tmp_path: Path) -> None:
    rows = [f"2024-01-01T00:00:00Z,{symbol},3,1" for symbol in ("AAA", "BBB") * 5000]
    path = written(tmp_path, "time,symbol,price,size", *rows, "soon,AAA,3,1")
    with pytest.raises(BadInput, match=r"Row 10,001 of .*'soon'"):
        read_ticks(path, symbol="AAA")
    assert len(read_ticks(path, symbol="BBB")) == 5000


def test_times_without_a_zone_are_of_the_zone_that_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, "time,price,size", "2023-11-14 17:13:20.5,1,1")
    assert read_ticks(path, zone="America/New_York").time[0] == T0 + 500_000_000


def test_a_time_keeps_its_fraction_of_a_second_however_it_is_written(tmp_path: Path) -> None:
    path = written(tmp_path, "Time (EET),Ask,Bid,AskVolume,BidVolume", "2020.01.14 00:00:01.123,1.1,1.09,2,3", "2020.01.15 00:00:02,1.1,1.09,2,3")
    ticks = read_ticks(path, zone="Europe/Athens")
    assert ticks.time.tolist() == [1_578_952_801_123_000_000, 1_579_039_202_000_000_000]
    assert ticks.best[0].tolist() == [1.09, 3, 1.1, 2]


def test_a_file_of_something_else_is_refused_in_words(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, 2_000).astype(np.uint8).tobytes()
    for name in ("a.csv", "a.csv.gz", "a.parquet", "a.jsonl", "a.jsonl.gz"):
        (tmp_path / name).write_bytes(noise)
        with pytest.raises(BadInput):
            read_ticks(tmp_path / name)


def test_rows_out_of_order_are_sorted_and_those_marked_suspicious_left_out(tmp_path: Path) -> None:
    ticks = read_ticks(written(tmp_path, "time,price,size,suspicious", "1700000002,3,1,0", "1700000000,1,1,0", "1700000001,2,1,1"))
    assert ticks.price.tolist() == [1, 3]
    assert "1 rows" in ticks.provenance.detail


@pytest.mark.parametrize(
    "head", ["time,bid,bid_size,ask,ask_size", "ts_event,bid_px_00,bid_sz_00,ask_px_00,ask_sz_00", "time,bestBidPrice,bestBidQty,bestAskPrice,bestAskQty"]
)
def test_quotes(tmp_path: Path, head: str) -> None:
    ticks = read_ticks(written(tmp_path, head, "1700000000,99,5,101,6", "1700000001,,,102,7"))
    assert ticks.kinds == (TickKind.QUOTE,)
    assert ticks.best[0].tolist() == [99, 5, 101, 6]
    assert np.isnan(ticks.best[1, 0])


@pytest.mark.parametrize(
    "names",
    [
        ["bid_price_1", "bid_size_1", "bid_price_2", "bid_size_2", "ask_price_1", "ask_size_1", "ask_price_2", "ask_size_2"],
        ["bids[0].price", "bids[0].amount", "bids[1].price", "bids[1].amount", "asks[0].price", "asks[0].amount", "asks[1].price", "asks[1].amount"],
    ],
)
def test_books_have_numbered_levels_of_which_some_may_be_missing(tmp_path: Path, names: list[str]) -> None:
    ticks = read_ticks(written(tmp_path, ",".join(["time", *names]), "1700000000,99,1,98,2,101,3,102,4", "1700000001,99,1,,,101,3,102,4"))
    assert ticks.kinds == (TickKind.BOOK,)
    assert ticks.bids.tolist() == [[99, 1], [98, 2], [99, 1]]
    assert ticks.asks[:2].tolist() == [[101, 3], [102, 4]]
    assert len(read_ticks(written(tmp_path, ",".join(["time", *names]), "1700000000,99,1,98,2,101,3,102,4"), depth=1).bids) == 1


def test_a_row_with_both_shows_the_quote_and_then_the_trade(tmp_path: Path) -> None:
    ticks = read_ticks(written(tmp_path, "time,price,size,bid,bid_size,ask,ask_size", "1700000000,100,1,99,5,101,6", "1700000001,,,98,5,101,6"))
    assert ticks.kind.tolist() == [TickKind.QUOTE, TickKind.TRADE, TickKind.QUOTE]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["time,open,close", "1700000000,2,3"], "neither trades nor quotes"),
        (["price,size", "1,2"], "no column for the time"),
        (["time,price,size", "yesterday,1,2"], "look like nothing known"),
        (["time,price,size", "1700000000,1,2", ",1,2"], "no time"),
        (["time,price,size", "1700000000,ten,2"], "not all numbers"),
        (["time,price,size", "1700000000,-1,2"], "impossible"),
        (["time,bid,ask,ask_size", "1700000000,1,2,3"], "without its size"),
    ],
)
def test_what_cannot_be_ticks_is_refused_in_words(tmp_path: Path, lines: list[str], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        read_ticks(written(tmp_path, *lines))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no file"):
        read_ticks(tmp_path / "none.csv")


def change(first: int, last: int, bids: list[list[str]], asks: list[list[str]]) -> dict[str, object]:
    return {"e": "depthUpdate", "E": 1_700_000_000_000 + last, "s": "XUSDT", "U": first, "u": last, "b": bids, "a": asks}


def streamed(folder: Path, *messages: dict[str, object]) -> Ticks:
    path = folder / "log.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for number, message in enumerate(messages):
            print(T0 + number, json.dumps(message), file=file)
    return read_ticks(path)


def test_a_book_is_kept_up_from_its_snapshot_with_the_changes_that_it_lacks(tmp_path: Path) -> None:
    ticks = streamed(
        tmp_path,
        change(1, 4, [["90", "1"]], []),
        change(5, 7, [["98", "0"], ["97", "3"]], []),
        {"lastUpdateId": 5, "bids": [["99", "1"], ["98", "2"]], "asks": [["101", "4"]]},
        {"e": "trade", "T": 1_700_000_000_001, "p": "100", "q": "0.5", "m": True},
        change(8, 9, [], [["100.5", "1"], ["101", "0"]]),
        {"stream": "x@bookTicker", "data": {"u": 9, "b": "99", "B": "1", "a": "100.5", "A": "1"}},
    )
    assert [TickKind(kind).word for kind in ticks.kind] == ["book", "trade", "book", "quote"]
    assert ticks.bids[:2].tolist() == [[99, 1], [97, 3]]
    assert ticks.best[2].tolist() == [99, 1, 100.5, 1]
    assert (ticks.instrument.symbol, int(ticks.side[1]), int(ticks.time[1])) == ("XUSDT", -1, T0 + 3)


def test_between_a_gap_in_the_changes_and_the_next_snapshot_no_book_is_shown(tmp_path: Path) -> None:
    snapshot = {"lastUpdateId": 5, "bids": [["99", "1"]], "asks": [["101", "4"]]}
    ticks = streamed(tmp_path, snapshot, change(8, 9, [["98", "1"]], []), change(10, 11, [["97", "1"]], []), {**snapshot, "lastUpdateId": 10})
    assert len(ticks) == 2
    assert ticks.bids.tolist() == [[99, 1], [99, 1], [97, 1]]
    assert "1 gaps" in ticks.provenance.detail


def trade(symbol: str, price: float) -> dict[str, object]:
    return {"stream": f"{symbol.lower()}@trade", "data": {"e": "trade", "s": symbol, "p": str(price), "q": "1", "m": False}}


def test_a_log_of_several_symbols_asks_which_one_and_keeps_their_books_apart(tmp_path: Path) -> None:
    def whole(symbol: str, bid: float) -> dict[str, object]:
        return {"stream": f"{symbol.lower()}@depth5", "data": {"lastUpdateId": 1, "bids": [[str(bid), "1"]], "asks": [[str(bid + 1), "1"]]}}

    messages = [whole("XUSDT", 9), trade("XUSDT", 10), whole("YUSDT", 19), trade("YUSDT", 20), trade("XUSDT", 11)]
    with pytest.raises(BadInput, match="holds 2 symbols: XUSDT, YUSDT") as asked:
        streamed(tmp_path, *messages)
    assert "symbol to 'XUSDT'" in asked.value.cure
    ticks = read_ticks(tmp_path / "log.jsonl.gz", symbol="Y/USDT")
    assert ticks.words == "1 trade and 1 book"
    assert (ticks.best[0].tolist(), ticks.price[1], ticks.instrument.quote) == ([19, 1, 20, 1], 20, "USDT")
    with pytest.raises(UnknownName, match="ZZZ"):
        read_ticks(tmp_path / "log.jsonl.gz", symbol="ZZZ")


def test_a_book_of_no_symbol_among_several_is_refused(tmp_path: Path) -> None:
    nameless = {"lastUpdateId": 1, "bids": [["9", "1"]], "asks": [["10", "1"]]}
    assert streamed(tmp_path, nameless, trade("XUSDT", 10)).words == "1 trade and 1 book"
    for messages in ((nameless, trade("XUSDT", 10), trade("YUSDT", 20)), (trade("XUSDT", 10), trade("YUSDT", 20), nameless)):
        with pytest.raises(BadInput, match=r"several symbols, and line \d names none"):
            streamed(tmp_path, *messages)


@pytest.mark.parametrize("line", ["not json", '{"e": "trade", "p": "x"}', "[1, 2]"])
def test_a_line_that_is_no_message_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(BadInput, match="Line 1 "):
        read_ticks(written(tmp_path, line, name="log.jsonl"))


def test_a_real_log_of_trades_quotes_and_changes(shared: Path) -> None:
    ticks = read_ticks(shared / "data" / "book" / "binance_spot_btcusdt_20240808.jsonl.gz")
    assert ticks.words == "9,757 trades, 28,040 quotes and 3,449 books"
    assert ticks.provenance.detail == ""
    is_book = ticks.kind == TickKind.BOOK
    assert np.all(ticks.best[is_book, 0] < ticks.best[is_book, 2])
    assert np.diff(ticks.bid_rows)[is_book].min() == 20


def test_real_prints_of_a_stock_by_the_clock_of_new_york(shared: Path) -> None:
    ticks = read_ticks(shared / "data" / "trades" / "lean_spy_ticks_2013-10-08.parquet", symbol="SPY", zone="America/New_York")
    assert len(ticks) == 451_545
    assert str(ticks.time[0].astype("datetime64[ns]")).startswith("2013-10-08T08:00:17.034")
