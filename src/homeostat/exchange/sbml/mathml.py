"""Formulas written as in Python, as MathML."""

import ast
from xml.etree.ElementTree import Element, SubElement

import numpy as np

MATHML = "http://www.w3.org/1998/Math/MathML"
ONE = "dimensionless"

_OPERATORS = {
    ast.Add: "plus",
    ast.Sub: "minus",
    ast.Mult: "times",
    ast.Div: "divide",
    ast.And: "and",
    ast.GtE: "geq",
    ast.Lt: "lt",
    ast.USub: "minus",
}


def mathml(formula: str) -> Element:
    """Return a formula, written as in Python, as MathML; bare numbers have no unit, `time` is the
    model's.
    """
    root = Element("math", {"xmlns": MATHML})
    root.append(_node(ast.parse(formula, mode="eval").body))
    return root


def _node(node: ast.expr) -> Element:
    match node:
        case ast.BinOp(left, operator, right):
            return _apply(_OPERATORS[type(operator)], left, right)
        case ast.UnaryOp(operator, operand):
            return _apply(_OPERATORS[type(operator)], operand)
        case ast.BoolOp(operator, values):
            return _apply(_OPERATORS[type(operator)], *values)
        case ast.Compare(left, [operator], [right]):
            return _apply(_OPERATORS[type(operator)], left, right)
        case ast.Call(ast.Name(name), args):
            return _apply(name, *args)
        case ast.Name("time"):
            symbol = Element(
                "csymbol",
                {"encoding": "text", "definitionURL": "http://www.sbml.org/sbml/symbols/time"},
            )
            symbol.text = "time"
            return symbol
        case ast.Name(name):
            identifier = Element("ci")
            identifier.text = f" {name} "
            return identifier
        case ast.Constant(value):
            number = Element("cn", {"sbml:units": ONE, "type": "real"})
            shown = np.format_float_positional(float(value), trim="0")  # type: ignore[arg-type]
            number.text = f" {shown} "
            return number
    raise TypeError(f"this cannot be written as MathML: {ast.unparse(node)}")


def _apply(operator: str, *operands: ast.expr) -> Element:
    applied = Element("apply")
    SubElement(applied, operator)
    applied.extend(_node(operand) for operand in operands)
    return applied
