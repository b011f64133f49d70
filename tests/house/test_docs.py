"""Do the pages speak of what there is? Every command parses, every link leads somewhere, every room
is in the picture.
"""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from homeostat.cli import main
from homeostat.cli.app import COMMANDS

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def _groups() -> Iterator[click.Command]:
    for name in COMMANDS:
        command = main.get_command(click.Context(main), name)
        assert command is not None
        yield command
        if isinstance(command, click.Group):
            yield from command.commands.values()


def documented() -> list[str]:
    """Return every command line that a page or a help text shows."""
    texts = [page.read_text(encoding="utf-8") for page in PAGES]
    texts += [main.help or "", *(command.help or "" for command in _groups())]
    lines = [
        line
        for text in texts
        for line in re.findall(r"^ *homeostat ([a-z].*)$", text, re.MULTILINE)
    ]
    return sorted({line.split("  #")[0].strip() for line in lines})


@pytest.mark.parametrize("line", documented())
def test_every_documented_command_can_be_typed(line: str) -> None:
    words = shlex.split(line)
    here: click.Command = main
    context = click.Context(main)
    while isinstance(here, click.Group) and words:
        name = words.pop(0)
        found = here.get_command(context, name)
        assert found is not None, f"there is no command {name}"
        here = found
    here.make_context(here.name, words, parent=context)


def test_the_front_page_names_every_command() -> None:
    shown = {line.split()[0] for line in documented()}
    assert set(COMMANDS) <= shown | {"bench"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http", "#", "mailto:")):
            assert (page.parent / target.split("#")[0]).exists(), target


def test_the_python_of_the_front_page_runs_and_its_results_carry_units() -> None:
    (code,) = re.findall(
        r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL
    )
    found: dict[str, Any] = {}
    exec(code, found)
    course, last = found["course"], code.strip().splitlines()[-1].split("  #")[0]
    quantiles, everything = course.quantiles("severity"), course.dataset()
    assert list(quantiles.coords["quantile"].values) == [0.1, 0.5, 0.9]
    assert quantiles.attrs["units"] == "points"
    assert all(series.attrs["units"] for series in everything.data_vars.values())
    assert {"made_by", "facts", "seed"} <= set(everything.attrs)
    assert eval(last, found).shape == (1000,)
    assert found["slowly"].people is course.people


def test_the_picture_of_the_architecture_shows_every_room() -> None:
    picture = (ROOT / "docs" / "pictures" / "architecture.svg").read_text(encoding="utf-8")
    rooms = {path.name.removesuffix(".py") for path in (ROOT / "src" / "homeostat").iterdir()}
    rooms = {room for room in rooms if not room.startswith("_") and "." not in room}
    assert rooms == set(re.findall(r'font-size="15"[^>]*>(\w+)<', picture))


def test_the_front_page_fits_on_a_page_and_says_what_it_must_never_be_used_for() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 100
    for said in (
        "Never to stop or change a dose without a clinician",
        "not a medical device",
        "not for patients",
    ):
        assert said in text
    assert text.index("must never be used for") < text.index("make run")
