"""Where compiled code is kept: beside its source, else in the user's cache, else for this run
alone.

Numba keeps compiled functions as pickles, so a folder that another user may write in is never read.
It compares compiled code with the file of its own function, although it holds the constants and
functions of other files too. So the folder is named after the content of all of them: code compiled
by another version of this package is never run.
"""

import atexit
import os
import shutil
import stat
import sys
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import platformdirs

PACKAGE = Path(__file__).parent
SOURCES = ("equations.py", "engine/*.py")
"""Files whose functions and constants are compiled into one another."""
VARIABLE = "NUMBA_CACHE_DIR"
_NAME = "compiled-"


def choose() -> Path:
    """Set numba's cache folder before a function is compiled, and return it."""
    asked = os.environ.get(VARIABLE)
    kept = [Path(asked)] if asked else [PACKAGE / "__pycache__"]
    if kept[0].name.startswith(_NAME):  # chosen by the process that started this one
        kept[0] = kept[0].parent
    kept.append(platformdirs.user_cache_path("homeostat"))
    named = _NAME + sources_digest()
    folder = next(
        (above / named for above in kept if _is_usable(above) and _is_usable(above / named)), None
    )
    chosen = _of_this_run() if folder is None else folder
    os.environ[VARIABLE] = str(chosen)
    if numba := sys.modules.get("numba"):  # it has read its environment already
        numba.config.CACHE_DIR = str(chosen)
    return chosen


def sources_digest() -> str:
    """Return a digest of all files that are compiled into one another."""
    digest = sha256()
    for path in sorted(path for pattern in SOURCES for path in Path(__file__).parent.glob(pattern)):
        content = path.read_bytes()
        digest.update(f"{path.name}:{len(content)}:".encode() + content)
    return digest.hexdigest()[:16]


def tolerant(function: Any) -> Any:
    """Let a cached numba function be compiled anew where its file is damaged or cannot be
    written.
    """
    from numba.core import caching

    class TolerantCache(caching.FunctionCache):  # type: ignore[misc]
        def load_overload(self, *key: Any) -> Any:
            try:
                return super().load_overload(*key)
            except Exception:  # a pickle that is cut off fails in any way
                return None

        def save_overload(self, *made: Any) -> None:
            try:
                super().save_overload(*made)
            except Exception:  # the disk is full, or the list of compiled code is damaged
                with suppress(OSError):
                    self.flush()

    function._cache = TolerantCache(function.py_func)
    return function


def _is_usable(folder: Path) -> bool:
    """Return whether this user can write in a folder, made if it is missing, and nobody else
    can.
    """
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
