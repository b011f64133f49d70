"""Where compiled code is kept: beside its source, else in the user's cache, else for this run alone.

Numba keeps compiled functions as pickles, so a folder that another user may write in is never read.
"""

import atexit
import os
import shutil
import stat
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import platformdirs

PACKAGE = Path(__file__).parent
VARIABLE = "NUMBA_CACHE_DIR"


def choose() -> Path | None:
    """Set numba's cache folder before numba is imported; return it, or None for beside the source."""
    asked = os.environ.get(VARIABLE)
    if asked and _is_usable(Path(asked)):
        return Path(asked)
    if not asked and _is_usable(PACKAGE / "__pycache__"):
        return None
    kept = platformdirs.user_cache_path("homeostat") / "compiled"
    folder = kept if _is_usable(kept) else _of_this_run()
    os.environ[VARIABLE] = str(folder)
    return folder


def _is_usable(folder: Path) -> bool:
    """Return whether this user can write in a folder, made if it is missing, and nobody else can."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
        is_private = not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        if found.st_uid != os.geteuid() or not is_private:
            return False
        descriptor, name = tempfile.mkstemp(dir=folder)
    except OSError:
        return False
    os.close(descriptor)
    with suppress(OSError):
        Path(name).unlink()
    return True


def _of_this_run() -> Path:
    """Return a private folder that is removed at the end; nothing compiled is kept."""
    folder = Path(tempfile.mkdtemp(prefix="homeostat-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    print(
        "Compiled code cannot be kept here, so this run compiles it again (up to a minute). Set"
        f" {VARIABLE} to a private folder to keep it.",
        file=sys.stderr,
    )
    return folder
