"""The exported model is valid SBML, runs in another simulator, and says there what our kernel
says.
"""

import re

import libsbml
import numpy as np
import pytest
import roadrunner
from numpy.typing import NDArray

import homeostat as hs
from homeostat.errors import InputError
from homeostat.exchange.sbml import sbml
from homeostat.facts import load

from .twins import SMALLEST, Outputs, fast

OFF_DOSE = 0.3
"""Outputs stand here in the day: a simulator shows the level just after a dose, a course the level
just before.
"""

TWO_DRUGS = hs.Regimen.steady("clonazepam", mg_per_day=2, doses_per_day=2, days=30).and_also(
    hs.Regimen.steady("alprazolam", mg_per_day=1.5, doses_per_day=3, days=30)
)
TWICE_THE_SAME = hs.Regimen.steady("clonazepam", mg_per_day=2, days=20).and_also(
    hs.Regimen.steady("clonazepam", mg_per_day=1, days=20, route="intravenous")
)
REGIMENS = {
    "steady use, then a stop": (
        hs.Regimen.steady("clonazepam", mg_per_day=4, doses_per_day=2, days=60).then_stop(),
        110,
    ),
    "two drugs": (TWO_DRUGS.then_stop(), 60),
    "diazepam and its metabolite": (
        hs.Regimen.steady("diazepam", mg_per_day=20, doses_per_day=2, days=40).then_stop(),
        120,
    ),
    "an inducer that stops": (
        hs.Regimen.steady("clonazepam", mg_per_day=3, doses_per_day=2, days=80).with_change(
            hs.Change("carbamazepine", "clonazepam", 1.8, 0.0, 40.0, 3.0)
        ),
        80,
    ),
    "one drug by two routes at one moment": (TWICE_THE_SAME.then_stop(), 50),
    "a prodrug, tapered": (
        hs.Regimen.steady("clorazepate", mg_per_day=22.5, doses_per_day=3, days=20).then_taper(
            [(15, 10), (7.5, 10)]
        ),
        70,
    ),
    "long doses that meet a metabolite of another drug": (
        hs.Regimen.steady("diazepam", mg_per_day=10, days=20)
        .and_also(hs.Regimen.steady("chlordiazepoxide", mg_per_day=30, doses_per_day=2, days=20))
        .then_stop(),
        60,
    ),
}


def _document(
    name: str, person: int = 0, **more: str
) -> tuple[str, hs.Patients, NDArray[np.float64], hs.Regimen]:
    regimen, end = REGIMENS[name]
    people = hs.draw(person + 1, 1, drugs=regimen.drugs, illness=0.4).take(
        slice(person, person + 1)
    )
    days = np.concatenate([[0.0], np.arange(float(end)) + OFF_DOSE])
    return sbml(people, regimen, load(), float(end), **more), people, days, regimen  # type: ignore[arg-type]


def _run(model: "roadrunner.RoadRunner", days: NDArray[np.float64], wanted: Outputs) -> Outputs:
    ids = {
        name: f"[{name.removeprefix('level.')}]" if name.startswith("level.") else name
        for name in wanted
    }
    model.timeCourseSelections = ["time", *ids.values()]
    table = np.array(model.simulate(times=days.tolist()))
    return {name: table[:, i + 1 : i + 2] for i, name in enumerate(ids)}


def _simulator(text: str) -> "roadrunner.RoadRunner":
    model = roadrunner.RoadRunner(text)
    model.integrator.setValue("relative_tolerance", 1e-9)
    model.integrator.setValue("absolute_tolerance", 1e-12)
    return model


def _agree(found: Outputs, wanted: Outputs) -> None:
    for name, right in wanted.items():
        gap, peak = np.abs(found[name][1:] - right[1:]).max(), np.abs(right).max()
        assert gap <= 2e-4 * peak + SMALLEST, f"{name}: {gap / max(peak, 1e-30):.1e}"


@pytest.mark.parametrize("name", REGIMENS)
def test_the_export_is_valid_sbml_with_units(name: str) -> None:
    text, *_ = _document(name, outside_domain="show")
    document = libsbml.readSBMLFromString(text)
    document.checkConsistency()
    found = [document.getError(i).getMessage() for i in range(document.getNumErrors())]
    assert found == []
    assert (document.getLevel(), document.getVersion()) == (3, 2)


@pytest.mark.parametrize("name", REGIMENS)
def test_another_simulator_says_the_same(name: str) -> None:
    text, people, days, regimen = _document(name, outside_domain="show")
    wanted = fast(people, regimen, days)
    _agree(_run(_simulator(text), days, wanted), wanted)


def test_a_second_run_after_a_reset_is_the_same_run() -> None:
    text, people, days, regimen = _document("an inducer that stops")
    wanted, model = fast(people, regimen, days), _simulator(text)
    first = _run(model, days, wanted)
    model.reset()
    second = _run(model, days, wanted)
    for name in wanted:
        np.testing.assert_allclose(first[name], second[name], rtol=1e-6, atol=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("person", range(4))
def test_a_year_of_use_and_half_a_year_without_agree(person: int) -> None:
    regimen = hs.Regimen.steady("clonazepam", mg_per_day=4, doses_per_day=2, days=365).then_stop()
    people = hs.draw(4, 1, drugs=["clonazepam"])
    days = np.concatenate([[0.0], np.arange(545.0) + OFF_DOSE])
    text = sbml(people, regimen, load(), 545, index=person)
    wanted = fast(people.take(slice(person, person + 1)), regimen, days)
    _agree(_run(_simulator(text), days, wanted), wanted)


def test_the_document_says_what_it_is_not_and_what_made_it() -> None:
    text, *_ = _document("steady use, then a stop")
    notes = text[: text.index("</notes>")]
    assert "not a medical device" in notes
    assert load().digest in notes
    assert "person 0 of seed 1" in notes
    assert notes.index("abrupt stop") < notes.index("research use")


def test_there_is_no_switch_that_a_solver_could_stumble_over() -> None:
    text, *_ = _document("two drugs")
    assert "piecewise" not in text
    assert len(re.findall("<event ", text)) == 5


def test_outside_the_domain_only_kinetics_are_written() -> None:
    regimen = hs.Regimen.steady("clonazepam", mg_per_day=60, days=30)
    text = sbml(hs.median(drugs=["clonazepam"]), regimen, load(), 30)
    assert "withheld" in text[: text.index("</notes>")]
    assert 'id="severity"' not in text
    assert 'id="effect_site"' in text
    assert 'id="severity"' in sbml(
        hs.median(drugs=["clonazepam"]), regimen, load(), 30, outside_domain="show"
    )


def test_one_person_must_be_named_and_must_exist() -> None:
    people, use = (
        hs.draw(3, 1, drugs=["clonazepam"]),
        hs.Regimen.steady("clonazepam", mg_per_day=1, days=10),
    )
    with pytest.raises(InputError, match="say which"):
        sbml(people, use, load(), 10)
    with pytest.raises(InputError, match="no person 3"):
        sbml(people, use, load(), 10, index=3)
    with pytest.raises(InputError, match="more than 0 days"):
        sbml(people, use, load(), 0, index=1)
