"""Lanes: a vector of eight float64, one for each of eight people, inside compiled code.

+, −, *, /, max and min act on each lane alone, so no person can affect another. The functions here
emit vector instructions directly; the speed does not depend on whether the compiler vectorises a
loop.
"""

import operator
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic, lower_builtin, models, register_model, type_callable
from numpy.typing import NDArray

WIDTH = 8
_VECTOR = ir.VectorType(ir.DoubleType(), WIDTH)
_FLAGS = ("contract", "nsz")


class LanesType(types.Type):
    """Numba's name for eight float64 side by side."""

    def __init__(self) -> None:
        super().__init__(name="Lanes")


LANES = LanesType()


@register_model(LanesType)
class _Model(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _VECTOR)


def _pair(function: Any, build: Any) -> None:
    """Teach numba one operator on two Lanes."""

    @type_callable(function)
    def _typing(context: Any) -> Any:
        def typer(a: Any, b: Any) -> Any:
            return LANES if isinstance(a, LanesType) and isinstance(b, LanesType) else None

        return typer

    @lower_builtin(function, LANES, LANES)
    def _lowering(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return build(builder, *args)


_pair(operator.add, lambda b, x, y: b.fadd(x, y, flags=_FLAGS))
_pair(operator.sub, lambda b, x, y: b.fsub(x, y, flags=_FLAGS))
_pair(operator.mul, lambda b, x, y: b.fmul(x, y, flags=_FLAGS))
_pair(operator.truediv, lambda b, x, y: b.fdiv(x, y, flags=_FLAGS))


def _choose(builder: Any, test: str, x: Any, y: Any) -> Any:
    return builder.select(builder.fcmp_ordered(test, x, y), x, y)


@intrinsic
def larger(context: Any, a: Any, b: Any) -> Any:
    """Return the larger of two, lane by lane."""
    return LANES(LANES, LANES), lambda c, builder, s, args: _choose(builder, ">", *args)


@intrinsic
def smaller(context: Any, a: Any, b: Any) -> Any:
    """Return the smaller of two, lane by lane."""
    return LANES(LANES, LANES), lambda c, builder, s, args: _choose(builder, "<", *args)


@intrinsic
def where_negative(context: Any, test: Any, value: Any) -> Any:
    """Return the value where the test is below zero and zero elsewhere, lane by lane."""

    def build(c: Any, builder: Any, signature: Any, args: Any) -> Any:
        zero = ir.Constant(_VECTOR, [0.0] * WIDTH)
        return builder.select(builder.fcmp_ordered("<", args[0], zero), args[1], zero)

    return LANES(LANES, LANES), build


@intrinsic
def is_any_negative(context: Any, value: Any) -> Any:
    """Return whether any lane is below zero. Use it only to skip work that would not change the
    result.
    """

    def build(c: Any, builder: Any, signature: Any, args: Any) -> Any:
        below = builder.fcmp_ordered("<", args[0], ir.Constant(_VECTOR, [0.0] * WIDTH))
        bits = builder.bitcast(below, ir.IntType(WIDTH))
        return builder.icmp_unsigned("!=", bits, ir.Constant(ir.IntType(WIDTH), 0))

    return types.boolean(LANES), build


@intrinsic
def spread(context: Any, value: Any) -> Any:
    """Return one number in all lanes."""

    def build(c: Any, builder: Any, signature: Any, args: Any) -> Any:
        one = builder.insert_element(
            ir.Constant(_VECTOR, ir.Undefined), args[0], ir.Constant(ir.IntType(32), 0)
        )
        zeros = ir.Constant(ir.VectorType(ir.IntType(32), WIDTH), [0] * WIDTH)
        return builder.shuffle_vector(one, ir.Constant(_VECTOR, ir.Undefined), zeros)

    return LANES(types.float64), build


def _pointer(context: Any, builder: Any, kind: Any, array: Any, row: Any) -> Any:
    data = cgutils.create_struct_proxy(kind)(context, builder, value=array).data
    start = builder.mul(row, ir.Constant(row.type, WIDTH))
    return builder.bitcast(builder.gep(data, [start]), _VECTOR.as_pointer())


@intrinsic
def load(context: Any, array: Any, row: Any) -> Any:
    """Return row `row` of a contiguous float64 array whose rows are eight wide (no bounds
    check).
    """

    def build(c: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.load(_pointer(c, builder, array, *args), align=8)

    return LANES(array, types.intp), build


@intrinsic
def store(context: Any, array: Any, row: Any, value: Any) -> Any:
    """Write a value to row `row` of a contiguous float64 array whose rows are eight wide (no bounds
    check).
    """

    def build(c: Any, builder: Any, signature: Any, args: Any) -> Any:
        builder.store(args[2], _pointer(c, builder, array, *args[:2]), align=8)
        return c.get_dummy_value()

    return types.void(array, types.intp, LANES), build


@intrinsic
def store_nontemporal(context: Any, array: Any, at: Any, value: Any) -> Any:
    """Write a value to the eight elements from `at` on of a contiguous float64 array, past the
    cache (no bounds check).

    For results that are not read again soon: the cache line is not fetched first. `at` must be
    aligned to 64 bytes.
    """

    def build(c: Any, builder: Any, signature: Any, args: Any) -> Any:
        data = cgutils.create_struct_proxy(signature.args[0])(c, builder, value=args[0]).data
        pointer = builder.bitcast(builder.gep(data, [args[1]]), _VECTOR.as_pointer())
        written = builder.store(args[2], pointer, align=64)
        one = builder.module.add_metadata([ir.Constant(ir.IntType(32), 1)])
        written.set_metadata("nontemporal", one)
        return c.get_dummy_value()

    return types.void(array, types.intp, LANES), build


def in_blocks(table: NDArray[np.float64], blocks: int) -> NDArray[np.float64]:
    """Return (…, people) as (blocks, …, WIDTH); the last person is repeated to fill the last
    block.
    """
    short = blocks * WIDTH - table.shape[-1]
    padded = np.concatenate([table, np.repeat(table[..., -1:], short, axis=-1)], axis=-1)
    return np.ascontiguousarray(
        np.moveaxis(padded.reshape(*table.shape[:-1], blocks, WIDTH), -2, 0)
    )


@njit(fastmath={"contract"}, error_model="numpy")
def rows(n):  # type: ignore[no-untyped-def]
    """Return n rows of zeros, each aligned to 64 bytes."""
    flat = np.zeros((n + 1) * WIDTH)
    start = -flat.ctypes.data % (8 * WIDTH) // 8
    return flat[start : start + n * WIDTH].reshape(n, WIDTH)


@njit(fastmath={"contract"}, error_model="numpy")
def copy(source, to, n):  # type: ignore[no-untyped-def]
    """Copy the first n rows."""
    for i in range(n):
        store(to, i, load(source, i))
