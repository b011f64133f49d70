"""Run as `python -m homeostat.cli`."""

from homeostat.cli import main

main()
