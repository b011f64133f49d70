"""Run as `python -m homeostat.cli`; files of the current folder are never imported
(homeostat/__init__).
"""

from homeostat.cli import main

if __name__ == "__main__":
    main()
