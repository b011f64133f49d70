"""From one definition to a page and a JSON Schema: what case_docs and plan_docs share.

Every key is defined once, by `case_records.key`; its meaning, example, unit, bounds and words come
from there.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date, time
from pathlib import Path
from typing import Any

from homeostat.errors import OutputError
from homeostat.facts import Facts, load
from homeostat.facts.records import Record

DOCS = Path(__file__).parents[3] / "docs"
Words = Mapping[str, tuple[str, ...]]
"""Kind of words to all that may stand."""


def write(
    arguments: list[str], pages: Callable[[Facts], Mapping[str, str]], folder: Path, command: str
) -> int:
    """Write generated pages, or with --check say which are stale; return the exit code.

    Raises:
        OutputError: a page cannot be written.
    """
    found = pages(load())
    stale = [name for name, text in found.items() if not _is_current(folder / name, text)]
    if "--check" in arguments:
        for name in stale:
            sys.stderr.write(f"docs/{name} is stale: run {command}\n")
        return 1 if stale else 0
    for name in stale:
        try:
            folder.mkdir(exist_ok=True)
            (folder / name).write_text(found[name], encoding="utf-8")
        except OSError as problem:
            raise OutputError(f"{folder / name}: cannot be written ({problem.strerror})") from None
        sys.stdout.write(f"Written: docs/{name}\n")
    return 0


def schema(
    record: type[Record],
    title: str,
    description: str,
    known: Words,
    read: Callable[[str], Any],
    *,
    has_null: bool,
) -> str:
    """Return the JSON Schema of a file, as text.

    Args:
        record: the top of the file.
        title, description: what stands at the head.
        known: the words that keys with `words` may hold.
        read: reads an example as it stands in the file.
        has_null: whether the file's language can say null.
    """
    found = record.model_json_schema(by_alias=True, mode="validation")
    tidy: dict[str, Any] = _tidy(found, known, read, has_null)
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "description": description,
    }
    whole = head | {key: value for key, value in tidy.items() if key not in head}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def rows(properties: dict[str, Any], *, with_tables: bool = False) -> Iterator[str]:
    """Yield the lines of the table of keys of one record.

    Args:
        properties: the record's own schema, as pydantic makes it.
        with_tables: also keys that hold tables, which have a section of their own.
    """
    yield "| key | type | unit | default | meaning | example |"
    yield "|---|---|---|---|---|---|"
    required = properties.get("required", ())
    for key, field in properties["properties"].items():
        if not field.get("x-example") and not with_tables:
            continue
        default = "**required**" if key in required else _default(field)
        cells = (
            f"`{key}`",
            _type(field),
            field.get("x-unit", ""),
            default,
            field["description"],
            f"`{field['x-example']}`" if field.get("x-example") else "",
        )
        yield f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
    yield ""


def _default(field: dict[str, Any]) -> str:
    value = field.get("default")
    if value is None and "unknown" in field.get("x-type", ""):
        value = "unknown"
    return (
        "left out"
        if value in (None, "", [], {}) or isinstance(value, dict)
        else f"`{json.dumps(value)}`"
    )


def _type(field: dict[str, Any]) -> str:
    """Return in words what a key holds."""
    inner: dict[str, Any] = next(
        (part for part in field.get("anyOf", ()) if part.get("type") != "null"), {}
    )
    field = inner | field
    if "$ref" in field:
        return "table (below)"
    if field.get("type") == "object":
        return "table of own keys"
    if "x-type" in field:
        return str(field["x-type"])
    if "const" in field:
        return f"`{json.dumps(field['const'])}`"
    if "enum" in field:
        return ", ".join(f'`"{word}"`' for word in field["enum"])
    if field.get("type") == "array":
        items = field["items"]
        return "list of tables" if "$ref" in items else f"list: {_type(items)}"
    name = {
        "number": "number",
        "integer": "whole number",
        "boolean": "true or false",
        "string": "text",
    }[field["type"]]
    if "x-words" in field:
        name = "word (below)"
    if "minimum" in field and "maximum" in field:
        name += f", {field['minimum']:g} to {field['maximum']:g}"
    return name


def _tidy(node: Any, known: Words, read: Callable[[str], Any], has_null: bool) -> Any:
    """Return a schema without what only our own pages need: no titles, null only where the file's
    language has it, words spelled out.
    """
    if isinstance(node, list):
        return [_tidy(item, known, read, has_null) for item in node]
    if not isinstance(node, dict):
        return node
    node = {
        key: value for key, value in node.items() if not (key == "title" and isinstance(value, str))
    }
    if (
        not has_null
        and node.get("anyOf")
        and any(part == {"type": "null"} for part in node["anyOf"])
    ):
        rest = [part for part in node.pop("anyOf") if part != {"type": "null"}]
        node = rest[0] | node if len(rest) == 1 else node | {"anyOf": rest}
    if node.get("default", 0) is None:
        del node["default"]
    if isinstance(node.get("gt"), int | float):
        node["exclusiveMinimum"] = node.pop("gt")
    if example := node.pop("x-example", None):
        node["examples"] = [_plain(read(example))]
    if kind := node.pop("x-words", None):
        target = node["items"] if node.get("type") == "array" else node
        target.pop("minLength", None)
        target.pop("maxLength", None)
        target["enum"] = [*known[kind]] if node.get("default", "x") else [*known[kind], ""]
    return {
        key: _tidy(value, known, read, has_null)
        for key, value in node.items()
        if key != "x-example"
    }


def _plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def _is_current(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text
