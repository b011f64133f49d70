"""Compiled code that may hold an older source is never used, wherever it is kept."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from numba.core.dispatcher import Dispatcher

from homeostat.model import equations, warm
from homeostat.model.engine import (
    blocks,
    blood,
    branches,
    buffers,
    filters,
    lanes,
    reference,
    systems,
)

COMPILED = (equations, blocks, blood, branches, buffers, filters, lanes, reference, systems)


def test_every_module_with_compiled_functions_is_listed_here() -> None:
    named = {Path(module.__file__ or "") for module in COMPILED}
    found = {path for path in warm.PACKAGE.rglob("*.py") if "njit" in path.read_text()}
    assert found == named


@pytest.mark.parametrize("module", COMPILED, ids=lambda module: module.__name__)
def test_what_compiled_code_takes_from_other_modules_is_watched(module) -> None:  # type: ignore[no-untyped-def]
    # a numba function and the numbers in it come from its own module or from one that it imports
    watched = {path for pattern in warm.SOURCES for path in warm.PACKAGE.glob(pattern)}
    assert Path(module.__file__) in watched
    typed_only = {"Facts", "Patients", "MIDDLE_STRUCTURE", "REFERENCE_DRUG", "Schedule", "tolerant"}
    tree = ast.parse(Path(module.__file__).read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("homeostat"):
            path = warm.PACKAGE.parents[1] / ((node.module or "").replace(".", "/") + ".py")
            assert path in watched or {name.name for name in node.names} <= typed_only, path


def test_every_function_with_compiled_code_in_a_file_is_asked_where_it_is() -> None:
    found = {
        value
        for module in COMPILED
        for value in vars(module).values()
        if isinstance(value, Dispatcher) and value.stats.cache_path
    }
    assert found == set(warm.CACHED)


_FORGET = """
import os, sys
from pathlib import Path
from homeostat.model import warm
every = warm.cache_folders()
(folder,) = every - {path for path in every if path.name.startswith("engine")}
folder.mkdir(parents=True, exist_ok=True)
for name, when in (("old.nbc", 1.0), ("new.nbc", 4e9)):
    (folder / name).touch()
    os.utime(folder / name, (when, when))
print(warm.forget_stale(), *(path.name for path in folder.iterdir()))
"""


def test_stale_code_is_found_where_numba_was_told_to_keep_it(tmp_path: Path) -> None:
    elsewhere = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    ran = subprocess.run(
        [sys.executable, "-c", _FORGET], env=elsewhere, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    *_, kept = ran.stdout.split()
    assert kept == "new.nbc"
    assert ran.stdout.split()[0] != "0"
