"""Take the picture of the front page from a forecast: `python tests/house/front_picture.py FOLDER`.

Run by `make docs`. Beside the picture stands what it was made of: the hash of the file, the digest
of the facts, and severity week by week, so that a stale picture can be noticed.
"""

import hashlib
import json
import shutil
import sys
from pathlib import Path
from typing import Any

PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "forecast.png"
ASKED = ("examples/typical.toml", "--to", "0mg", "--over", "16")
"""What the forecast of the front page is asked for, as in the Makefile."""


def made_of(forecast: dict[str, Any], picture: bytes) -> dict[str, Any]:
    """Return what a picture shows: hash, facts, scenario, dose and severity of each week."""
    return {
        "sha256": hashlib.sha256(picture).hexdigest(),
        "facts": forecast["made"]["facts"],
        "made_by": forecast["made"]["made_by"],
        "scenario": forecast["scenario"]["words"],
        "weeks": [
            {
                "mg_per_day": week["mg_per_day"],
                "severity": [round(points, 2) for points in week["severity"]],
            }
            for week in forecast["weeks"]
        ],
    }


def main(folder: Path) -> int:
    """Copy the picture and write what it was made of; return the exit code."""
    forecast = json.loads((folder / "forecast.json").read_text(encoding="utf-8"))
    shutil.copyfile(folder / "forecast.png", PICTURE)
    known = made_of(forecast, PICTURE.read_bytes())
    text = json.dumps(known, indent=1, ensure_ascii=False) + "\n"
    PICTURE.with_suffix(".json").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
