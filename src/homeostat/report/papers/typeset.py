"""Typeset a paper: a template and its data become a tagged PDF/UA-1 file with language, title and
alternative texts.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import font_source_sans_pro
import typst

from homeostat.errors import InputError, NumericsError

TEMPLATES = Path(__file__).parent / "templates"
FACE = "Source Sans Pro"
"""The face of all papers; it comes with the package `font-source-sans-pro`, so a page is the same
on every machine.
"""


def face_folder() -> Path:
    """Return the folder with the files of the face."""
    return Path(font_source_sans_pro.__file__).parent / "files"


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(
        root=str(TEMPLATES), font_paths=[str(face_folder())], ignore_system_fonts=True
    )


def page_count(made: bytes) -> int:
    """Return the number of pages of a PDF made here, from its own metadata."""
    found = re.search(rb"<xmpTPg:NPages>([0-9]+)</xmpTPg:NPages>", made)
    assert found is not None, "typst writes the number of pages"
    return int(found[1])


def fitted(template: str, data: Mapping[str, Any], sizes_pt: Sequence[float]) -> bytes:
    """Return a template filled with data in the first, largest size of type; a smaller one only
    where that saves a page.
    """
    made = [pdf(template, {**data, "size": size}) for size in sizes_pt]
    return min(made, key=page_count)


def pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """Return a template filled with data as PDF/UA-1; the same data gives the same bytes.

    Raises:
        InputError: the face of the papers has no sign for a character of the case or the plan.
        NumericsError: the page cannot be made; that is our fault, not the reader's.
    """
    try:
        made = _compiler().compile(
            input=str(TEMPLATES / f"{template}.typ"),
            format="pdf",
            pdf_standards=["ua-1"],
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )
    except typst.TypstError as problem:
        if unknown := re.search(r'the text `"(.+?)"` could not be displayed', str(problem.message)):
            raise InputError(
                f"the papers have no letter for '{unknown[1]}': write names, titles and reasons of"
                " the case and the plan in Latin, Greek, Cyrillic or Hebrew letters, without"
                " pictures"
            ) from problem
        raise NumericsError(
            f"the page '{template}' could not be set: {problem.message}"
        ) from problem
    assert isinstance(made, bytes)
    return made
