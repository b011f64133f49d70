"""Predicted kinetics of drugs other than clonazepam, each study with its own doses and routes."""

import numpy as np

from homeostat.study.claims.worlds import steady
from homeostat.study.validation.compared import Prediction, predicts
from homeostat.study.validation.kinetics import UG
from homeostat.study.validation.predictions import each_of, mean_of
from homeostat.study.validation.virtual import (
    HOUR,
    Virtual,
    band,
    decline_per_h,
    exposure,
    peak_hour,
    peak_level,
)


@predicts("alprazolam-steady-state")
def alprazolam(virtual: Virtual) -> dict[str, Prediction]:
    """Read the level per mg a day at steady state."""
    course = virtual.worlds.run(
        steady("alprazolam", 4.0, 14.0, 3), since=13.0, after=0.0, step=HOUR
    )
    return {
        "level-per-dose": each_of(
            course["level.alprazolam"].mean(axis=0) / 4.0,
            "(ng/mL)/(mg/d)",
            "9 of 10 people, number not given",
        )
    }


@predicts("greenblatt-lorazepam-iv-im-po")
def lorazepam(virtual: Virtual) -> dict[str, Prediction]:
    """Give 2 mg by vein and by mouth."""
    vein, oral = (virtual.single("lorazepam", 2.0, route, 6.0) for route in ("intravenous", "oral"))
    area = {
        name: exposure(course, "lorazepam", 1.0)
        for name, course in (("vein", vein), ("oral", oral))
    }
    how = "9 of 10 people, number not given"
    steady_course = virtual.worlds.run(
        steady("lorazepam", 4.0, 14.0, 3), since=13.0, after=0.0, step=HOUR
    )
    clearance = band(2.0 * UG / area["vein"] / 70.0)
    return {
        "clearance": Prediction(
            clearance[0] / 0.06,
            clearance[1] / 0.06,
            clearance[2] / 0.06,
            "mL/min/kg",
            how,
            "overlap",
        ),
        "bioavailability": each_of(area["oral"] / area["vein"], "share", how),
        "half-life": each_of(np.log(2.0) / decline_per_h(vein, "lorazepam", 0.5, 1.5), "h", how),
        "level-per-dose": each_of(
            steady_course["level.lorazepam"].mean(axis=0) / 4.0, "(ng/mL)/(mg/d)", how
        ),
    }


@predicts("greenblatt-1989-diazepam")
def diazepam(virtual: Virtual) -> dict[str, Prediction]:
    """Give 48 men 10 mg by vein."""
    n, course = 48, virtual.single("diazepam", 10.0, "intravenous", 20.0)
    rate = decline_per_h(course, "diazepam", 3.0, 7.0)
    clearance = 10.0 * UG / exposure(course, "diazepam", 12.0)
    late = np.log(2.0) / decline_per_h(
        virtual.single("nordiazepam", 10.0, "oral", 20.0), "nordiazepam", 5.0, 12.0
    )
    return {
        "clearance": mean_of(
            virtual, clearance / 0.06, n, "mL/min", "diazepam clearance", drug="diazepam"
        ),
        "volume": mean_of(virtual, clearance / rate, n, "L", "diazepam volume", drug="diazepam"),
        "half-life": mean_of(
            virtual, np.log(2.0) / rate, n, "h", "diazepam half-life", drug="diazepam"
        ),
        "metabolite-half-life": mean_of(virtual, late, n, "h", "nordiazepam", drug="nordiazepam"),
    }


@predicts("clorazepate-desmethyldiazepam")
def clorazepate(virtual: Virtual) -> dict[str, Prediction]:
    """Give 20 mg of clorazepate and read nordiazepam."""
    course, how = virtual.single("clorazepate", 20.0), "9 of 10 people, number not given"
    return {
        "peak": each_of(peak_level(course, "nordiazepam"), "ng/mL", how),
        "time-to-peak": each_of(peak_hour(course, "nordiazepam"), "h", how),
        "half-life": each_of(
            np.log(2.0) / decline_per_h(course, "nordiazepam", 4.0, 10.0), "h", how
        ),
    }
