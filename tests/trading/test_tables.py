"""Tables that compiled code sees as one pointer: what arrays would answer, rows moved whole, and no call into a part from Python."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import njit
from numpy.typing import NDArray

from terminal.ledger.inner import inner
from terminal.trading.tables import Tables, table

ROW = np.dtype([("number", np.int64), ("price", np.float64), ("is_open", np.bool_)])


@dataclass(frozen=True)
class Few(Tables):
    """One table of each kind."""

    rows: NDArray[Any] = table(ROW)
    grid: NDArray[Any] = table(ROW, 2)
    cash: NDArray[np.float64] = table(np.float64)
    marks: NDArray[np.float64] = table(np.float64, 2)
    flags: NDArray[np.bool_] = table(np.bool_)


def few(rows: int = 3, columns: int = 4) -> Few:
    return Few(np.zeros(rows, ROW), np.zeros((rows, columns), ROW), np.zeros(rows), np.zeros((rows, columns)), np.zeros(rows, np.bool_))


@inner
def add(tables, row, amount):  # type: ignore[no-untyped-def]
    tables.cash[row] += amount
    return tables.cash[row]


@njit
def shapes(tables):  # type: ignore[no-untyped-def]
    return len(tables.rows), tables.grid.shape, len(tables.cash), tables.marks.shape, len(tables.flags)


@njit
def write(tables, row, column, price):  # type: ignore[no-untyped-def]
    cell = tables.grid[row, column]
    cell.number, cell.price, cell.is_open = row * 10 + column, price, True
    tables.rows[row] = cell
    tables.marks[row, column] = price
    tables.flags[row] = tables.rows[row].is_open and not tables.flags[0]
    return add(tables, row, price)


@njit
def shift(tables, first, last):  # type: ignore[no-untyped-def]
    for row in range(first, last):
        tables.rows[row] = tables.rows[row + 1]
    tables.rows[last] = tables.rows[last]


@given(st.integers(0, 4), st.integers(0, 6), st.floats(-1e9, 1e9))
def test_compiled_code_reads_and_writes_what_arrays_hold(row: int, column: int, price: float) -> None:
    tables = few(5, 7)
    assert shapes(tables) == (5, (5, 7), 5, (5, 7), 5)
    assert write(tables, row, column, price) == price
    assert tuple(tables.grid[row, column]) == (row * 10 + column, price, True)
    assert tables.rows[row] == tables.grid[row, column]
    assert (tables.marks[row, column], tables.cash[row], tables.flags[row]) == (price, price, True)
    assert np.count_nonzero(tables.marks) == (price != 0)
    assert int((tables.grid["number"] != 0).sum()) == (row + column > 0)


@given(st.integers(0, 9), st.integers(0, 9))
def test_rows_are_moved_whole(one: int, other: int) -> None:
    first, last = sorted((one, other))
    tables = few(10)
    tables.rows["number"] = np.arange(10)
    tables.rows["price"] = np.arange(10) / 7
    wanted = tables.rows.copy()
    wanted[first:last] = tables.rows[first + 1 : last + 1]
    shift(tables, first, last)
    np.testing.assert_array_equal(tables.rows, wanted)


def test_longer_tables_are_seen_at_once() -> None:
    tables = few()
    longer = replace(tables, rows=np.zeros(99, ROW))
    assert (shapes(tables)[0], shapes(longer)[0]) == (3, 99)
    write(longer, 1, 1, 5.0)
    assert tables.cash[1] == 5.0  # what was not replaced is shared


@pytest.mark.parametrize("wrong", [np.zeros(3, np.int32), np.zeros((3, 1)), np.zeros(6)[::2]], ids=["another dtype", "other dimensions", "not contiguous"])
def test_arrays_of_another_kind_are_refused(wrong: NDArray[Any]) -> None:
    with pytest.raises(TypeError, match="`cash` must be contiguous, of 1 dimensions and of dtype float64"):
        replace(few(), cash=wrong)


def test_a_part_of_a_loop_is_not_called_from_python() -> None:
    write(few(), 0, 0, 1.0)
    with pytest.raises((TypeError, ValueError)):
        add(few(), 0, 1.0)
