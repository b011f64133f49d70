"""The picture of the front page is made by today's facts and today's model."""

import json

import pytest
from click.testing import CliRunner

from homeostat.cli import main

from .front_picture import ASKED, PICTURE, made_of

STALE = "docs/pictures/forecast.png is stale: run make docs"


def test_the_picture_of_the_front_page_shows_what_the_product_says_today() -> None:
    result = CliRunner().invoke(main, ["forecast", *ASKED, "--json"])
    assert result.exit_code == 0, result.output
    now = made_of(json.loads(result.stdout), PICTURE.read_bytes())
    then = json.loads(PICTURE.with_suffix(".json").read_text(encoding="utf-8"))
    for key in ("sha256", "facts", "made_by", "scenario"):
        assert now[key] == then[key], STALE
    assert len(now["weeks"]) == len(then["weeks"]), STALE
    for week, drawn in zip(now["weeks"], then["weeks"], strict=True):
        assert week["mg_per_day"] == pytest.approx(drawn["mg_per_day"], rel=1e-6), STALE
        assert week["severity"] == pytest.approx(drawn["severity"], abs=0.05), STALE
