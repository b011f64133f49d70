"""List the examples that come with the product, or copy them."""

import tomllib
from pathlib import Path
from shutil import copytree, rmtree

import click

from homeostat.cli.app import say
from homeostat.errors import OutputError


def folder() -> Path:
    """Return the folder of the examples: inside the installed package, or in the source tree."""
    package = Path(__file__).parents[1]
    installed = package / "examples"
    return installed if installed.is_dir() else package.parents[1] / "examples"


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder to copy the cases and plans to; it must not exist yet.",
)
def examples(out: Path | None) -> None:
    """List the example cases, or copy them with their plans into a new folder.

    \b
    Examples
      homeostat examples
      homeostat examples --out examples
    """
    if out is not None:
        _copy(out)
        say(f"Written to {out}. Next: homeostat forecast {out / 'typical.toml'} --continue")
        return
    for path in sorted(folder().glob("*.toml")):
        title = tomllib.loads(path.read_text(encoding="utf-8"))["title"]
        say(f"{path.stem:20} {title}")
    say("")
    say("To copy them with their plans: homeostat examples --out examples")


def _copy(out: Path) -> None:
    """Copy all examples; the folder appears whole or not at all."""
    if out.exists() or out.is_symlink():
        raise OutputError(f"{out}: exists already; name a folder that does not")
    part = out.with_name(f".{out.name}.part")
    try:
        copytree(folder(), part)
        part.rename(out)
    except OSError as problem:
        rmtree(part, ignore_errors=True)
        raise OutputError(f"{out}: cannot be written here ({problem.strerror})") from None
