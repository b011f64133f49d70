"""Pictures: a chart as SVG, PNG and a page that works without a network; whole files or none."""

import json
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
        """Write stem.svg, stem.png and stem.html into a folder; all three are made before the first is written.

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
    said = f"<title>{escape(title_of(spec))}</title><desc>{escape(str(spec.get('description', '')))}</desc>"
    return f'{head} role="img">{said}{rest}'


def _page(spec: dict[str, Any], narrow: dict[str, Any], table: Sequence[Row], scripts: str) -> str:
    """Return one page with everything inside it; its policy forbids it to ask a network for anything."""
    title, description = title_of(spec), str(spec.get("description", ""))
    specs = json.dumps([spec, narrow], ensure_ascii=False).replace("</", "<\\/")
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>{escape(title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<div id="chart" role="img" aria-label="{escape(title)}" aria-describedby="said"></div>
<p id="said">{escape(description)}</p>
{_table(table)}
</main>
<script>{scripts}</script>
<script>
const specs = {specs};
vegaEmbed("#chart", window.innerWidth < 700 ? specs[1] : specs[0], {{"actions": false, "renderer": "svg"}});
</script>
</body>
</html>
"""


_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
_STYLE = f"""
:root {{ color-scheme: light; }}
body {{ margin: 0; background: {LIGHT.surface}; color: {LIGHT.ink}; font: 14px/1.45 {theme.FONT}; font-variant-numeric: tabular-nums; }}
main {{ max-width: 960px; margin: 0 auto; padding: 0 0 24px; }}
#chart svg {{ max-width: 100%; height: auto; }}
p, .table {{ margin: 16px 12px; }}
p {{ max-width: 72ch; color: {LIGHT.ink_2}; }}
.table {{ overflow-x: auto; }}
table {{ border-collapse: collapse; font-size: 13px; }}
h2 {{ margin: 24px 12px 8px; font-size: 14px; font-weight: 650; }}
th, td {{ padding: 4px 12px 4px 0; text-align: right; border-bottom: 1px solid {LIGHT.line}; white-space: nowrap; }}
th {{ font-weight: 500; color: {LIGHT.ink_2}; white-space: normal; vertical-align: bottom; max-width: 110px; }}
"""


def _table(rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    names = list(rows[0])
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    body = "".join(
        "<tr>"
        + "".join(f"<td>{escape(_cell(row.get(name, '')))}</td>" for name in names)
        + "</tr>\n"
        for row in rows
    )
    return (
        '<h2 id="facts">The same facts, week by week; low and high hold 8 in 10 people</h2>\n'
        '<div class="table" tabindex="0"><table aria-labelledby="facts">'
        f"<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>"
    )


def _cell(value: float | str) -> str:
    return value if isinstance(value, str) else theme.number(value, 6)
