"""Pages: Jinja2 templates in which every value is escaped, and data in a script that cannot end the
script.
"""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def page(template: Path, **values: Any) -> str:
    """Return a template with its values.

    A value stands as text; `{{ value | tojson }}` writes data for a script, in which `<`, `>` and
    `&` are escapes, so that neither `</script>` nor `<!--<script>` in a text can end it or swallow
    the page.

    Raises:
        jinja2.UndefinedError: a value that the template names is not given.
    """
    return _environment(template.parent).get_template(template.name).render(**values)


@cache
def _environment(folder: Path) -> Environment:
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "allow_nan": False}
    return made
