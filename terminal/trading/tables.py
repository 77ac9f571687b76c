"""How compiled code sees a set of tables: as one pointer, whatever the number of tables and rows.

Numba hands a tuple of arrays to a function value by value, some seven for each array, and counts references on every look at one;
with twenty tables and a hundred small functions that made the rules of `trading` compile for a minute. A class derived from `Tables`
is handed over as the address of a short list (address, rows and columns of each table) instead. In compiled code `desk.books[i]`,
`desk.orders[i, k]`, `desk.cash[c] = …`, `len(desk.fills)` and `desk.orders.shape` mean what they mean for arrays, without slices.

The list does not keep the tables alive: the Python object does, so it must be held while compiled code runs, as the caller's argument is.
"""

import operator
from dataclasses import field, fields
from functools import cache
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AbstractTemplate, AttributeTemplate, infer_getattr, infer_global, signature
from numba.extending import NativeValue, lower_builtin, lower_getattr_generic, models, register_model, typeof_impl, unbox
from numba.np.numpy_support import from_dtype
from numpy.typing import NDArray

_ADDRESS, _ROWS, _COLUMNS = range(3)


def table(dtype: Any, dimensions: int = 1) -> Any:
    """The field of a table of that dtype in a class derived from `Tables`."""
    return field(metadata={"dtype": np.dtype(dtype), "dimensions": dimensions})


class Tables:
    """Arrays under names: derive a frozen dataclass with a `table(…)` for each field."""

    layout: NDArray[np.int64]
    """Of each table its address, rows and columns."""
    address: int
    """Where the layout lies."""

    def __post_init__(self) -> None:
        rows = []
        for item in fields(self):  # type: ignore[arg-type] # derived classes are dataclasses
            rows_of, (dtype, dimensions) = getattr(self, item.name), item.metadata.values()
            if rows_of.dtype != dtype or rows_of.ndim != dimensions or not rows_of.flags.c_contiguous:
                raise TypeError(f"`{item.name}` must be contiguous, of {dimensions} dimensions and of dtype {dtype}")
            rows.append((rows_of.ctypes.data, len(rows_of), rows_of.shape[-1]))  # its array interface would list all columns first
        object.__setattr__(self, "layout", np.array(rows, np.int64))
        object.__setattr__(self, "address", self.layout.ctypes.data)


class TablesType(types.Type):
    """The compiled type of a class derived from `Tables`."""

    def __init__(self, name: str, kinds: tuple[tuple[str, Any, int], ...]) -> None:
        self.kinds = {field: (place, dtype, dimensions) for place, (field, dtype, dimensions) in enumerate(kinds)}
        super().__init__(f"Tables({name})")


class TableType(types.Type):
    """The compiled type of one table, a pointer to its line of the list."""

    def __init__(self, dtype: types.Type, dimensions: int) -> None:
        self.dtype, self.dimensions = dtype, dimensions
        super().__init__(f"Table({dtype}, {dimensions})")


@register_model(TablesType)
@register_model(TableType)
class _PointerModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: types.Type) -> None:
        super().__init__(manager, kind, ir.IntType(64).as_pointer())


@typeof_impl.register(Tables)
def _type_of(value: Tables, _context: Any) -> TablesType:
    kind: Any = type(value)
    return _type_for(kind)


@cache
def _type_for(kind: Any) -> TablesType:
    return TablesType(kind.__qualname__, tuple((item.name, from_dtype(item.metadata["dtype"]), item.metadata["dimensions"]) for item in fields(kind)))


@unbox(TablesType)
def _unbox(_kind: TablesType, value: Any, c: Any) -> NativeValue:
    number = c.pyapi.object_getattr_string(value, "address")
    address = c.pyapi.long_as_longlong(number)
    c.pyapi.decref(number)
    return NativeValue(c.builder.inttoptr(address, ir.IntType(64).as_pointer()), is_error=cgutils.is_not_null(c.builder, c.pyapi.err_occurred()))


@infer_getattr
class _TableOfTables(AttributeTemplate):
    key = TablesType

    def generic_resolve(self, kind: TablesType, name: str) -> TableType | None:
        if name not in kind.kinds:
            return None
        _place, dtype, dimensions = kind.kinds[name]
        return TableType(dtype, dimensions)


@lower_getattr_generic(TablesType)
def _lower_table(_context: Any, builder: Any, kind: TablesType, value: Any, name: str) -> Any:
    return builder.gep(value, [ir.Constant(ir.IntType(64), 3 * kind.kinds[name][0])], inbounds=True)


@infer_getattr
class _ShapeOfTable(AttributeTemplate):
    key = TableType

    def resolve_shape(self, kind: TableType) -> types.UniTuple:
        return types.UniTuple(types.intp, kind.dimensions)


def _line(builder: Any, table: Any, column: int) -> Any:
    return builder.load(builder.gep(table, [ir.Constant(ir.IntType(64), column)], inbounds=True))


@lower_getattr_generic(TableType)
def _lower_shape(context: Any, builder: Any, kind: TableType, value: Any, _name: str) -> Any:
    return context.make_tuple(builder, types.UniTuple(types.intp, kind.dimensions), [_line(builder, value, 1 + n) for n in range(kind.dimensions)])


@infer_global(len)
class _LengthOfTable(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:  # noqa: ARG002 # numba's interface
        if len(args) == 1 and isinstance(args[0], TableType):
            return signature(types.intp, *args)
        return None


@lower_builtin(len, TableType)
def _lower_length(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
    return _line(builder, args[0], _ROWS)


def _index(kind: Any, index: Any) -> Any:
    """The type that an index is taken as, None where it is not one of such a table."""
    if not isinstance(kind, TableType):
        return None
    if kind.dimensions == 1:
        return types.intp if isinstance(index, types.Integer) else None
    fits = isinstance(index, types.Tuple | types.UniTuple) and len(index) == kind.dimensions and all(isinstance(item, types.Integer) for item in index.types)
    return types.UniTuple(types.intp, kind.dimensions) if fits else None


@infer_global(operator.getitem)
class _RowOfTable(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:  # noqa: ARG002 # numba's interface
        index = _index(*args)
        return None if index is None else signature(args[0].dtype, args[0], index)


@infer_global(operator.setitem)
class _SetRowOfTable(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:  # noqa: ARG002 # numba's interface
        index = _index(args[0], args[1])
        return None if index is None else signature(types.none, args[0], index, args[0].dtype)


def _place(context: Any, builder: Any, kind: TableType, table: Any, index: Any) -> Any:
    """The address of the item at `index`."""
    row = index
    if kind.dimensions == 2:
        first, second = cgutils.unpack_tuple(builder, index, 2)
        row = builder.add(builder.mul(first, _line(builder, table, _COLUMNS)), second)
    item = context.get_data_type(kind.dtype)
    begin = builder.inttoptr(_line(builder, table, _ADDRESS), item.as_pointer())
    return builder.gep(begin, [row], inbounds=True)


@lower_builtin(operator.getitem, TableType, types.Integer)
@lower_builtin(operator.getitem, TableType, types.BaseTuple)
def _lower_row(context: Any, builder: Any, taken: Any, args: Any) -> Any:
    kind = taken.args[0]
    return context.unpack_value(builder, kind.dtype, _place(context, builder, kind, *args))


@lower_builtin(operator.setitem, TableType, types.Integer, types.Any)
@lower_builtin(operator.setitem, TableType, types.BaseTuple, types.Any)
def _lower_set_row(context: Any, builder: Any, taken: Any, args: Any) -> Any:
    kind, (table, index, value) = taken.args[0], args
    place = _place(context, builder, kind, table, index)
    if isinstance(kind.dtype, types.Record):  # a row is moved as one block of memory: as a value it would be a load and a store for each byte
        cgutils.raw_memmove(builder, place, value, context.get_constant(types.intp, 1), kind.dtype.size)
    else:
        context.pack_value(builder, kind.dtype, value, place)
    return context.get_dummy_value()
