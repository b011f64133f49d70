"""Run as `python -m homeostat.cli`; files of the current folder are never imported."""

import os
import sys

if sys.path and sys.path[0] in ("", os.getcwd()):  # noqa: PTH109 -- before anything is imported
    del sys.path[0]

from homeostat.cli import main

main()
