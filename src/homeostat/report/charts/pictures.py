"""Pictures: a chart as SVG, PNG and a page that works without a network; whole files or none."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import altair as alt

from homeostat.report.charts import theme
from homeostat.report.charts.renderer import Drawn, Pen
from homeostat.report.charts.theme import LIGHT
from homeostat.report.charts.timeline import Row
from homeostat.report.files.atomic import write_file
from homeostat.report.files.html import page

TEMPLATE = Path(__file__).parent / "templates" / "picture.html"
FACES = (escape(theme.FONT), theme.FONT_OF_PICTURES)
"""The fonts a drawing asks for, and the face that the renderer brings along and a picture has."""


@dataclass(frozen=True)
class Picture:
    """A chart that is being drawn."""

    spec: dict[str, Any]
    drawn: "Future[Drawn]"
    scripts: "Future[str]"

    def save(
        self,
        folder: Path,
        stem: str,
        *,
        narrow: alt.TopLevelMixin | None = None,
        table: Sequence[Row] = (),
    ) -> tuple[Path, ...]:
        """Write stem.svg, stem.png and stem.html into a folder; all three are made before the first
        is written.

        Args:
            narrow: the same chart for a phone, shown by the page where there is little room.
            table: the same facts as rows, written under the chart on the page.

        Raises:
            OutputError: the folder cannot be written.
        """
        for_a_phone = self.spec if narrow is None else narrow.to_dict(validate=False)
        drawn = self.drawn.result()
        made: dict[str, bytes] = {
            "svg": _svg(drawn.svg, self.spec).encode(),
            "png": drawn.png,
            "html": _page(self.spec, for_a_phone, table, self.scripts.result()).encode(),
        }
        paths = {folder / f"{stem}.{kind}": content for kind, content in made.items()}
        for path, content in paths.items():
            write_file(path, content)
        return tuple(paths)


def picture(chart: alt.TopLevelMixin, pen: Pen) -> Picture:
    """Begin to draw a chart."""
    # the specifications are validated in the tests, where it costs nobody's time
    spec = chart.to_dict(validate=False)
    return Picture(spec, pen.draw(spec, FACES), pen.scripts)


def title_of(spec: Mapping[str, Any]) -> str:
    """Return the title of a specification as one line."""
    text = spec.get("title", {}).get("text", "")
    return text if isinstance(text, str) else " ".join(text)


def _svg(drawn: str, spec: Mapping[str, Any]) -> str:
    """Return the drawing with its title and description inside, for those who hear it."""
    head, _, rest = drawn.partition(">")
    title, description = escape(title_of(spec)), escape(str(spec.get("description", "")))
    said = f"<title>{title}</title><desc>{description}</desc>"
    return f'{head} role="img">{said}{rest}'


def _page(spec: dict[str, Any], narrow: dict[str, Any], table: Sequence[Row], scripts: str) -> str:
    """Return one page with everything inside it; its policy forbids it to ask a network for
    anything.
    """
    title, description = title_of(spec), str(spec.get("description", ""))
    names = list(table[0]) if table else []
    return page(
        TEMPLATE,
        title=title,
        description=description,
        colours=LIGHT,
        font=theme.FONT,
        names=names,
        rows=[[_cell(row.get(name, "")) for name in names] for row in table],
        scripts=scripts,
        specs=[spec, narrow],
    )


def _cell(value: float | str) -> str:
    return value if isinstance(value, str) else theme.number(value, 6)
