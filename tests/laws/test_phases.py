"""The three phases of a course follow one another, by the rules that stand in the facts."""

import numpy as np
import pytest

import homeostat as hs
from homeostat.facts import Facts
from homeostat.model import measures, phases, symptoms


def stopped(**person: float) -> hs.Course:
    use = hs.Regimen.steady("clonazepam", mg_per_day=2, doses_per_day=2, days=365)
    people = hs.draw(60, 3, drugs=["clonazepam"], **person)
    return hs.simulate(people, use.then_stop(), days_after=200)


@pytest.fixture(scope="module")
def course() -> hs.Course:
    return stopped()


def test_each_phase_begins_where_the_one_before_it_allows(course: hs.Course) -> None:
    acute, protracted, later = (
        phases.acute(course),
        phases.protracted(course),
        phases.post_acute(course),
    )
    for one in (acute, protracted, later):
        has = ~np.isnan(one.begins)
        assert has.any(), one.name
        assert (np.isnan(one.ends) == np.isnan(one.begins)).all()
        assert (one.ends[has] > one.begins[has]).all(), one.name
    both = ~np.isnan(protracted.begins)
    np.testing.assert_array_equal(protracted.begins[both], acute.ends[both])
    assert (protracted.ends[both] <= acute.ends[both] + phases.MONTH_D).all()
    some = ~np.isnan(later.begins)
    np.testing.assert_allclose(later.begins[some], acute.ends[some] + phases.MONTH_D)


def test_who_is_past_the_end_of_the_post_acute_phase_notices_nothing(course: hs.Course) -> None:
    later = phases.post_acute(course)
    last_day = course.days_since_last_dose[-1]
    over = (
        course.days_since_last_dose[:, None]
        > np.where(np.isnan(later.ends), last_day, later.ends) + 1.0
    )
    worst = np.max(list(symptoms.scores(course).values()), axis=0)
    assert over.any()
    assert worst[over].max() < symptoms.NOTICEABLE


def test_scores_that_are_known_change_nothing(course: hs.Course) -> None:
    assert phases.phases(course) == phases.phases(course, symptoms.scores(course))


def test_the_persons_own_illness_is_no_phase_of_withdrawal(course: hs.Course) -> None:
    ill = stopped(illness=0.9)
    assert (symptoms.scores(ill)["severe-anxiety"][-1] >= symptoms.NOTICEABLE).all()
    assert phases.phases(ill, symptoms.scores_of_withdrawal(ill)) == phases.phases(ill)
    share = {p.name: p.share_going_on for p in phases.phases(ill)}["post-acute"]
    assert share == {p.name: p.share_going_on for p in phases.phases(course)}["post-acute"]


def test_there_are_no_phases_while_a_drug_is_taken() -> None:
    use = hs.Regimen.steady("clonazepam", mg_per_day=2, days=100)
    assert phases.phases(hs.simulate(hs.draw(8, 1, drugs=["clonazepam"]), use, days_after=30)) == ()


def test_the_rules_in_words_hold_the_numbers_that_are_computed(facts: Facts) -> None:
    rules = {name: facts.phases[name].rule for name in ("acute", "protracted", "post-acute")}
    assert f"{measures.ONSET_POINTS:g} points" in rules["acute"]
    assert f"{measures.ACUTE_SHARE:.0%}".replace("%", " %") in rules["acute"]
    assert f"{measures.ONSET_POINTS:g} points" in rules["protracted"]
    assert phases.MONTH_D == 30.0
    assert "one month after the end of the acute phase" in rules["protracted"]
    assert "one month after the end of the acute phase" in rules["post-acute"]
