"""Conversion between the models of a file and the records that run: values are carried over as they
are, and an amount becomes text only where a file is written.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from pydantic import ValidationError

from homeostat.care.case.keys import FROM_RECORD
from homeostat.errors import InputError
from homeostat.facts.reader import problems_in
from homeostat.facts.records import Record

Shapes = Mapping[type[Record], type]
"""Each model of a file to its record."""


def to_record(held: Any, shapes: Shapes) -> Any:
    """Return what a file holds as the records that run."""
    if isinstance(held, Record):
        made = shapes[type(held)]
        return made(**{at.name: to_record(getattr(held, at.name), shapes) for at in fields(made)})
    if isinstance(held, tuple):
        return tuple(to_record(inner, shapes) for inner in held)
    return held


def to_model(record: Any, shapes: Shapes) -> Record:
    """Return a record as the model of its file, which checks every key again.

    Raises:
        InputError: the record holds what no file can.
    """
    model = next(model for model, made in shapes.items() if made is type(record))
    held = _said(record)
    try:
        return model.model_validate(held, by_name=True, by_alias=False, context=FROM_RECORD)
    except ValidationError as problem:
        raise InputError(problems=problems_in(model, problem)) from None


def _said(held: Any) -> Any:
    """Return a record as a table without what is usual, which a file need not hold and at times
    cannot, such as a name of no letters.
    """
    if is_dataclass(held):
        values = {at.name: (getattr(held, at.name), at.default) for at in fields(held)}
        return {name: _said(value) for name, (value, usual) in values.items() if value != usual}
    if isinstance(held, tuple):
        return tuple(_said(inner) for inner in held)
    return held
