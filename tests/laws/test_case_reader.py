"""Whatever is thrown at the reader, it reads a case or says in a sentence why not; and what it
reads, it keeps.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from math import inf, isfinite, nan
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from homeostat.care import case as cases
from homeostat.care.case import format as case_file
from homeostat.care.case import words
from homeostat.care.case.format import TABLES
from homeostat.care.case.records import Case
from homeostat.errors import InputError
from homeostat.facts import load
from homeostat.language.quantity import (
    amount_mg,
    clock,
    level_ng_per_ml,
    level_text,
    local_date,
    mg_text,
    micrograms_text,
)

from ..how_many import examples

FACTS = load()
TODAY = date(2026, 11, 23)
EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.toml"))
TEXTS = [path.read_text(encoding="utf-8") for path in EXAMPLES]
MEDICINES = FACTS.drug_ids

calm = settings(
    deadline=None,
    max_examples=examples(60, 200),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def reads_or_says(text: str) -> Case | None:
    """Read a text; an InputError must name the file in each line, and no other exception may
    come.
    """
    try:
        case = cases.parse_text(text, TODAY, FACTS, "thrown.toml")
    except InputError as problem:
        lines = str(problem).split("\n")
        assert all(
            line.startswith("thrown.toml: ") and len(line) > len("thrown.toml: ") + 5
            for line in lines
        )
        return None
    assert_usable(case)
    return case


def refusal(read: Callable[[], object], kind: type[Exception] = InputError) -> str | None:
    """Return what was said against reading something, or None if it was read."""
    try:
        read()
    except kind as problem:
        assert str(problem), "a refusal must say why"  # noqa: PT017  any other exception comes through
        return str(problem)
    return None


def assert_usable(case: Case) -> None:
    regimen = cases.regimen(case, cases.today(case), FACTS)
    assert regimen.days >= 1
    assert all(
        isfinite(mg) and mg > 0 for use in regimen.uses for step in use.steps for mg in step.mg
    )
    assert cases.person(case, FACTS).weight_kg >= 2
    assert all(str(remark) for remark in cases.check(case, FACTS))


# ── garbage
# ──────────────────────────────────────────────────────────────────────────────────────────

SCRAPS = st.sampled_from([
    "nan", "inf", "-inf", "0,5", '"0,5 mg"', '"500 ug"', '"500 mg"', '"-1 mg"', '"0 mg"', "1e400", "0x" + "f" * 40, "1979-05-27",
    "2999-01-01", "1979-05-27T07:32:00Z", "07:32:00", "true", "[]", "{}", '""', '"1 mg"', "[[use]]", "[person]", "[", "]", "{", "}",
    '"', "'", "\n", ",", "=", "#", "\ufeff", "\u202e", "μ", "٣", "½", "\x00", '"\\u001b"', "mg", "ug", "doses", "-", "." * 5,
])  # fmt: skip


@calm
@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    reads_or_says(text)


@calm
@given(
    st.sampled_from(TEXTS),
    st.lists(
        st.tuples(st.integers(0, 10_000), st.integers(0, 12), SCRAPS | st.text(max_size=3)),
        max_size=4,
    ),
)
def test_an_example_with_pieces_cut_out_and_scraps_put_in_is_read_or_refused(
    text: str, cuts: list[tuple[int, int, str]]
) -> None:
    for at, length, scrap in cuts:
        place = at % len(text)
        text = text[:place] + scrap + text[place + length :]
    reads_or_says(text)


@calm
@given(st.sampled_from(TEXTS), st.data())
def test_an_example_with_one_value_replaced_is_read_or_refused(
    text: str, data: st.DataObject
) -> None:
    lines = text.split("\n")
    places = [
        number for number, line in enumerate(lines) if "=" in line and not line.startswith("#")
    ]
    number = data.draw(st.sampled_from(places))
    lines[number] = lines[number].split("=")[0] + "= " + data.draw(SCRAPS)
    reads_or_says("\n".join(lines))


@calm
@given(st.sampled_from(TEXTS), st.randoms(use_true_random=False))
def test_an_example_with_its_lines_in_another_order_is_read_or_refused(
    text: str, random: Any
) -> None:
    lines = text.split("\n")
    random.shuffle(lines)
    reads_or_says("\n".join(lines))


KEYS = st.sampled_from(
    sorted(
        {
            info.alias or name
            for table in TABLES.values()
            for name, info in table.model_fields.items()
        }
    )
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=12) | st.dates() | st.times() | st.datetimes()
    | st.sampled_from([nan, inf, 10**400, "1 mg", "0,5 mg", "clonazepam", "oral", "unknown", "08:00", TODAY, datetime(2026, 1, 1, tzinfo=UTC)]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=4), inner, max_size=6),
    max_leaves=25,
)  # fmt: skip


@calm
@given(st.dictionaries(KEYS | st.text(max_size=4), VALUES, max_size=8))
def test_any_table_is_read_or_refused(table: dict[str, Any]) -> None:
    said = refusal(lambda: assert_usable(cases.from_table(table, TODAY, FACTS)))
    assert all(line.startswith("case: ") for line in said.split("\n")) if said else True


@calm
@given(st.sampled_from(TEXTS), KEYS, VALUES, st.data())
def test_a_good_table_with_any_value_at_any_key_is_read_or_refused(
    text: str, key: str, value: Any, data: st.DataObject
) -> None:
    table = case_file.write(cases.parse_text(text, TODAY, FACTS))
    place = data.draw(st.sampled_from(["", *[name for name in table if name in TABLES]]))
    here = (
        table if not place else table[place][0] if isinstance(table[place], tuple) else table[place]
    )
    here[key] = value
    said = refusal(lambda: assert_usable(cases.from_table(table, TODAY, FACTS)))
    assert said is None or said.startswith("case: ")


@calm
@given(st.binary(max_size=200))
def test_any_file_is_read_or_refused_and_the_file_is_named(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("thrown") / "thrown.toml"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"thrown\.toml"):
        cases.read(path, TODAY, FACTS)


# ── quantities
# ───────────────────────────────────────────────────────────────────────────────────────

MICROGRAMS = st.integers(1, 10_000_000)
UNITS = ("mg", "ug", "mcg", "µg", "μg", "micrograms", "milligrams")


@calm
@given(MICROGRAMS)
def test_milligrams_and_micrograms_say_the_same(micrograms: int) -> None:
    mg = amount_mg(f"{micrograms} ug")
    assert mg == micrograms / 1000
    assert amount_mg(mg_text(mg)) == mg
    assert amount_mg(micrograms_text(mg)) == mg


@calm
@given(
    MICROGRAMS,
    st.sampled_from(UNITS),
    st.sampled_from(["", " ", "  ", "\u00a0"]),
    st.integers(0, 3),
)
def test_spaces_zeros_and_spellings_do_not_change_a_dose(
    micrograms: int, unit: str, space: str, zeros: int
) -> None:
    number = (
        f"{micrograms}.{'0' * zeros}"
        if not unit.startswith("m") or unit in {"mcg", "micrograms"}
        else None
    )
    text = number or f"{micrograms // 1000}.{micrograms % 1000:03d}{'0' * zeros}"
    assert amount_mg(f"{text}{space}{unit}") == micrograms / 1000


@calm
@given(st.floats(0.001, 10_000))
def test_what_is_shown_has_no_exponent_no_trailing_zero_and_a_leading_zero(mg: float) -> None:
    number = mg_text(mg).removesuffix(" mg")
    assert set(number) <= set("0123456789.")
    assert not number.startswith(".")
    assert "." not in number or not number.endswith(("0", "."))
    assert amount_mg(mg_text(mg)) == pytest.approx(mg, rel=1e-14)


@calm
@given(st.floats(0.01, 100_000))
def test_a_level_is_shown_as_it_is_read(level: float) -> None:
    assert level_ng_per_ml(level_text(level)) == pytest.approx(level, rel=1e-14)


@calm
@given(st.floats() | st.integers() | st.booleans() | st.none() | st.lists(st.integers()))
def test_a_bare_number_is_never_a_dose(given: Any) -> None:
    with pytest.raises(ValueError, match=r"[wW]rite"):
        amount_mg(given)


@calm
@given(st.integers(0, 9999), st.integers(0, 9999), st.sampled_from(["", *UNITS]))
def test_a_decimal_comma_is_never_read_and_the_right_spelling_is_offered(
    whole: int, part: int, unit: str
) -> None:
    with pytest.raises(ValueError, match=r"comma.*write|write.*comma") as caught:
        amount_mg(f"{whole},{part} {unit}")
    assert (
        f"{whole}{part} " in str(caught.value)
        or "." in str(caught.value)
        or f'"{whole} ' in str(caught.value)
    )


@calm
@given(
    st.text(max_size=20)
    | st.from_regex(r"[+-]?[0-9]*[.,]?[0-9]*(e[0-9]+)? ?(mg|ug|g|mL|%)?", fullmatch=True)
)
def test_a_dose_is_finite_and_above_zero_or_refused(text: str) -> None:
    if refusal(lambda: amount_mg(text), ValueError) is None:
        assert 0.001 <= amount_mg(text) <= 10_000


@calm
@given(st.sampled_from(MEDICINES), st.floats(0, 1), st.sampled_from([1, 2, 3]))
def test_milligrams_written_for_micrograms_are_always_refused(
    drug: str, share: float, times: int
) -> None:
    """Any dose of the usual range, typed as its number of micrograms but with mg, is a thousand
    times too much.
    """
    low, high = FACTS.drug(drug).kinetics.usual_daily_dose.bounds("mg")
    micrograms = round((low + share * (high - low)) * 1000 / times)
    assume(times * micrograms >= 10 * high)  # below that, no check of the range can see the slip
    doses = ", ".join(
        f'{{time = "{8 + 4 * i:02d}:00", dose = "{micrograms} mg"}}' for i in range(times)
    )
    with pytest.raises(InputError, match=r"times the highest usual dose|too large to be true"):
        cases.parse_text(_case(drug, doses), TODAY, FACTS)


@calm
@given(st.sampled_from(MEDICINES), st.floats(0, 1))
def test_micrograms_written_for_milligrams_are_refused_unless_they_are_meant(
    drug: str, share: float
) -> None:
    low, high = FACTS.drug(drug).kinetics.usual_daily_dose.bounds("mg")
    dose = low + share * (high - low)
    text = _case(drug, f'{{time = "08:00", dose = "{dose:.3f} ug"}}')
    with pytest.raises(InputError, match=r"Is it micrograms for milligrams\?|too small to be true"):
        cases.parse_text(text, TODAY, FACTS)
    if dose < 1.0:
        return  # below a microgram nobody means it
    case = cases.parse_text(text + "meant = true\n", TODAY, FACTS)
    if dose < 100 * low:
        assert any("less than 0.1 times" in remark.says for remark in cases.check(case, FACTS))


def _case(drug: str, doses: str) -> str:
    return (
        'format = 1\nid = "x"\ntitle = "x"\nmarket = "US"\n[person]\nage_years = 40\nweight_kg ='
        f' 70\n[[use]]\ndrug = "{drug}"\nsince = 2024-02-29\ndoses = [{doses}]\n'
    )


# ── days
# ─────────────────────────────────────────────────────────────────────────────────────────────


@calm
@given(st.text(max_size=14) | st.dates() | st.datetimes() | st.integers() | st.floats())
def test_a_day_is_read_or_refused(given: Any) -> None:
    if refusal(lambda: local_date(given), ValueError) is None:
        assert type(local_date(given)) is date


@calm
@given(
    st.text(max_size=8)
    | st.times()
    | st.integers()
    | st.from_regex(r"[0-9]{1,2}[:.][0-9]{2}", fullmatch=True)
)
def test_a_time_of_day_is_read_or_refused(given: Any) -> None:
    if refusal(lambda: clock(given), ValueError) is None:
        assert isinstance(clock(given), time)


@calm
@given(st.dates(date(2000, 1, 1), TODAY - timedelta(days=1)), st.integers(0, 9000))
def test_days_are_counted_by_the_calendar_over_leap_days_and_clock_changes(
    since: date, later: int
) -> None:
    text = _case("clonazepam", '{time = "08:00", dose = "1 mg"}').replace(
        "2024-02-29", since.isoformat()
    )
    case = cases.parse_text(text, TODAY, FACTS)
    assert cases.day_of(case, since + timedelta(days=later)) == later
    assert cases.regimen(case, TODAY, FACTS).days == (TODAY - since).days


# ── what is read is kept
# ─────────────────────────────────────────────────────────────────────────────

A_WORD = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=30
).filter(
    lambda text: (
        text.strip()
        and not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    )
)
AN_ANSWER = st.sampled_from(["yes", "no", "unknown"])
A_PAST_DAY = st.dates(date(2015, 1, 1), TODAY - timedelta(days=1))


@st.composite
def a_table(draw: st.DrawFn) -> dict[str, Any]:
    drug = draw(
        st.sampled_from(
            [name for name in FACTS.drug_ids if FACTS.drug(name).family != "metabolite"]
        )
    )
    high = FACTS.drug(drug).kinetics.usual_daily_dose.bounds("mg")[1]
    days = sorted(draw(st.lists(A_PAST_DAY, min_size=1, max_size=5, unique=True)))
    ends = [*days[1:], draw(st.none())]
    is_gap, meant = draw(st.booleans()), draw(st.booleans())

    def doses() -> list[dict[str, str]]:
        hours = draw(
            st.lists(st.times(), min_size=1, max_size=4, unique_by=lambda at: (at.hour, at.minute))
        )
        mg = draw(st.integers(1 if meant else 2, 1000)) / 1000 * high
        return [
            {"time": f"{at:%H:%M}", "dose": mg_text(max(mg / len(hours), 0.001))} for at in hours
        ]

    uses = []
    for since, until in zip(days, ends, strict=True):
        use: dict[str, Any] = {"drug": drug, "since": since, "doses": doses(), "meant": meant}
        if until is not None:
            use["until"] = (
                until - timedelta(days=1) if is_gap and (until - since).days > 1 else until
            )
        uses.append(use)
    table: dict[str, Any] = {
        "format": 1, "id": "drawn", "title": draw(A_WORD), "synthetic": draw(st.booleans()),
        "market": draw(st.sampled_from(["US", "UK", "EU"])), "note": draw(st.just("") | A_WORD),
        "person": {"age_years": draw(st.integers(40, 100)), "weight_kg": draw(st.integers(20, 3000)) / 10},
        "use": uses,
        "history": {"seizure_ever": draw(AN_ANSWER), "previous_withdrawals": draw(st.integers(0, 9) | st.just("unknown"))},
        "alcohol": {"drinks_per_day": draw(st.integers(0, 20) | st.sampled_from(["none", "unknown"]))},
        "level": [{"drug": drug, "date": draw(A_PAST_DAY), "level": level_text(draw(st.integers(1, 10**6)) / 1000)}],
        "medicine": [{"name": draw(st.sampled_from(words.known_medicines(FACTS)) | st.just("sertraline"))}],
    }  # fmt: skip
    if draw(st.booleans()):
        known = [word for word in words.known_conditions(FACTS) if word != "epilepsy"]
        table["conditions"] = draw(st.lists(st.sampled_from(known), max_size=3, unique=True))
    return table


@calm
@given(a_table())
def test_a_case_that_is_written_reads_back_the_same(table: dict[str, Any]) -> None:
    case = cases.from_table(table, TODAY, FACTS)
    assert cases.parse_text(cases.write(case), TODAY, FACTS) == case
    assert cases.parse_text(cases.write(table), TODAY, FACTS) == case
    assert_usable(case)


@calm
@given(a_table())
def test_the_regimen_takes_each_day_what_the_case_says(table: dict[str, Any]) -> None:
    case = cases.from_table(table, TODAY, FACTS)
    regimen = cases.regimen(case, TODAY, FACTS)
    days = {use.since for use in case.use} | {use.until for use in case.use if use.until} | {TODAY}
    for day in days | {day - timedelta(days=1) for day in days}:
        for drug in regimen.drugs:
            assert regimen.mg_per_day(drug, cases.day_of(case, day)) == pytest.approx(
                cases.mg_per_day(case, drug, day)
            )


@pytest.mark.parametrize("text", TEXTS, ids=[path.stem for path in EXAMPLES])
def test_each_example_that_is_written_reads_back_the_same(text: str) -> None:
    case = cases.parse_text(text, TODAY, FACTS)
    assert cases.parse_text(cases.write(case), TODAY, FACTS) == case
