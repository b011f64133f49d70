"""What is printed adds up to what is planned, for every day: read back from the finished pages, not
from what made them.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pypdf
import pytest
from hypothesis import given, settings

from homeostat.care import case as cases
from homeostat.care import plan as plans
from homeostat.care.check import Released
from homeostat.care.plan.records import Plan
from homeostat.care.plan.schedule import schedule
from homeostat.facts import load
from homeostat.report.papers import display
from homeostat.report.papers.handout import handout
from homeostat.report.papers.pharmacy import pharmacy
from homeostat.report.papers.tables import schedule_csv, schedule_json
from homeostat.report.papers.typeset import pdf

from ..checked_plans import released, splitting
from ..how_many import examples
from .plans_at_random import LIQUIDS, TABLETS, WHOLE, random_plans

FACTS = load()
EXAMPLES = Path(__file__).parents[2] / "examples"
CASE = cases.read(EXAMPLES / "typical.toml", date(2026, 11, 2), FACTS)
TYPICAL = plans.read(EXAMPLES / "plans" / "typical-20-weeks.json", FACTS)
Day = dict[tuple[str, str], Decimal]
"""(form, strength) to units or millilitres taken on one day."""
FORMS = {
    "en": {
        "melting tablet": "melting",
        "melting tablets": "melting",
        "tablet": "tablet",
        "tablets": "tablet",
    },
    "de": {
        "Schmelztablette": "melting",
        "Schmelztabletten": "melting",
        "Tablette": "tablet",
        "Tabletten": "tablet",
    },
}
PARTS = {
    "en": {"half a": "0.5", "a quarter of a": "0.25", "three quarters of a": "0.75"},
    "de": {"eine halbe": "0.5", "eine viertel": "0.25", "drei viertel": "0.75"},
}
MORE = {
    "en": {" and a half": "0.5", " and a quarter": "0.25", " and three quarters": "0.75", "": "0"},
    "de": {
        " und eine halbe": "0.5",
        " und eine viertel": "0.25",
        " und drei viertel": "0.75",
        "": "0",
    },
}
OF = {"en": "of", "de": "zu"}
LIQUID = {"en": "of liquid", "de": "Lösung"}
NUMBER = {"en": r"[0-9]+(?:\.[0-9]+)?", "de": r"[0-9]+(?:,[0-9]+)?"}
WEEKDAY = {"en": "Mon|Tue|Wed|Thu|Fri|Sat|Sun", "de": "Mo|Di|Mi|Do|Fr|Sa|So"}
DAY = {
    language: rf"(?:{days})\s[0-9]+\.?\s[A-Za-zä]+\.?\s[0-9]{{4}}"
    for language, days in WEEKDAY.items()
}


def of(plan: Plan) -> Released:
    """Release a plan for whoever it is for."""
    whom = {"id": plan.whom.case, "person": replace(CASE.person, initials="")}
    return released(plan, replace(CASE, **whom), FACTS)


def sheet(plan: Plan, language: str) -> bytes:
    """Return the pharmacy sheet of a plan."""
    made = of(plan)
    return pdf("pharmacy", pharmacy(made, language, splitting=splitting(plan, made.case, FACTS)))


def text_of(made: bytes) -> str:
    """Return the text of all pages as one line, without their heads and feet."""
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages]
    lines = [line for page in pages for line in page.split("\n")]
    kept = [line for line in lines if "random-1" not in line and "typical-1" not in line]
    return re.sub(r"\s+", " ", " ".join(kept).replace("\u00a0", " "))


def number(text: str, language: str) -> Decimal:
    return Decimal(str(display.read_number(text, language)))


def amounts(text: str, language: str) -> Iterator[tuple[tuple[str, str], Decimal]]:
    """Yield every amount that stands in a text in words."""
    n, forms = NUMBER[language], "|".join(sorted(FORMS[language], key=len, reverse=True))
    parts, more = "|".join(PARTS[language]), "|".join(sorted(MORE[language], key=len, reverse=True))
    tablets = (
        rf"(?:(?P<part>{parts})|(?P<count>{n})(?P<more>{more})) (?P<form>{forms}) {OF[language]}"
        rf" (?P<mg>{n}) mg"
    )
    liquid = rf"(?P<ml>{n}) mL {LIQUID[language]} \((?P<per>{n}) mg in 1 mL\)"
    for found in re.finditer(rf"{tablets}|{liquid}", text):
        if found["ml"]:
            yield ("liquid", str(number(found["per"], language))), number(found["ml"], language)
            continue
        part = Decimal(PARTS[language][found["part"]]) if found["part"] else Decimal()
        whole = (
            number(found["count"], language) + Decimal(MORE[language][found["more"]])
            if found["count"]
            else part
        )
        yield (FORMS[language][found["form"]], str(number(found["mg"], language))), whole


def added(pairs: Iterator[tuple[tuple[str, str], Decimal]]) -> Day:
    total: Day = {}
    for key, amount in pairs:
        key = (key[0], str(float(key[1])))
        total[key] = total.get(key, Decimal()) + amount
    return total


def planned(plan: Plan) -> dict[date, Day]:
    """Count every day of a plan by itself: the judge, which shares nothing with the papers."""
    begins = min(step.from_day for step in plan.steps)
    days: dict[date, Day] = {}
    for n in range((schedule(plan).last_day - begins).days + 1):
        day = begins + timedelta(days=n)
        days[day] = {}
        for step in plan.steps:
            if step.from_day <= day and (step.until is None or day < step.until):
                for dose in step.doses:
                    for item in dose.items:
                        form = (
                            "liquid"
                            if item.ml is not None
                            else "melting"
                            if "odt" in item.product
                            else "tablet"
                        )
                        strength = (
                            TABLETS[item.product][0] if item.ml is None else LIQUIDS[item.product]
                        )
                        key = (form, str(float(strength)))
                        days[day][key] = days[day].get(key, Decimal()) + Decimal(
                            str(item.units or item.ml)
                        )
    return days


def printed_handout(made: bytes, language: str) -> dict[date, Day]:
    """Return what the rows of a handout say to take on each day they stand for."""
    text = text_of(made)
    body = text[
        re.search(
            re.escape({"en": "Tick each day.", "de": "Haken Sie jeden Tag ab."}[language]), text
        ).end() :
    ]  # type: ignore[union-attr]
    body = re.split("What you may feel|Was Sie spüren können", body)[0]
    cuts = [(m.start(), m.group()) for m in re.finditer(DAY[language], body)]
    table = {"en": "Day by day", "de": "Tag für Tag"}[language]
    days: dict[date, Day] = {}
    for (at, said), end in zip(cuts, [*(at for at, _ in cuts[1:]), len(body)], strict=True):
        row, begins = (
            body[at:end].split(table)[0],
            display.read_day(said.replace(" ", "\u00a0"), language),
        )
        daily = (
            re.match(rf"[^()]*?({NUMBER[language]}) mg in 1 mL\. ", body[:at].split(table)[-1])
            if table in body[:at]
            else None
        )
        length = re.search(r"(?:for|für) ([0-9]+) (?:days?|Tage?)", row)
        open_ended = re.search("Stay on this dose|Bleiben Sie bei dieser Dosis", row)
        over = re.search("No more doses|keine Dosis mehr", row)
        count = 28 if open_ended else 0 if over else int(length[1]) if length else 1
        day = added(amounts(row, language))
        if daily and not length and not open_ended and not day:
            volumes = [number(v, language) for v in re.findall(rf"({NUMBER[language]}) mL", row)]
            day = (
                {("liquid", str(float(number(daily[1], language)))): sum(volumes, Decimal())}
                if volumes
                else {}
            )
        for n in range(count):
            days[begins + timedelta(days=n)] = day
    return days


@pytest.mark.parametrize("language", display.LANGUAGES)
@settings(max_examples=examples(8, 15), deadline=None)
@given(plan=random_plans())
def test_the_handout_says_for_every_day_what_the_plan_says(language: str, plan: Plan) -> None:
    made = pdf("handout", handout(of(plan), language))
    wanted = planned(plan)
    found = printed_handout(made, language)
    assert {day: what for day, what in found.items() if what} == {
        day: what for day, what in wanted.items() if what
    }


@pytest.mark.parametrize("language", display.LANGUAGES)
@settings(max_examples=examples(8, 15), deadline=None)
@given(plan=random_plans())
def test_the_pharmacy_sheet_directs_for_every_day_what_the_plan_says(
    language: str, plan: Plan
) -> None:
    text = text_of(sheet(plan, language))
    to, nothing = (
        {"en": "to", "de": "bis"}[language],
        {"en": "nothing is taken", "de": "nichts wird genommen"}[language],
    )
    body = re.split(r"(?:Whole plan|Ganzer Plan),", text)[0]
    days: dict[date, Day] = {}
    for part in re.split(r"(?:Window|Zeitraum) [0-9]+:", body)[1:]:
        directions = part[re.search("Directions|Einnahme", part).end() :]  # type: ignore[union-attr]
        strengths = re.findall(r"(?:suspension|solution) ([0-9.]+) ?mg/(?:([0-9]+) )?mL", part)
        strength = (
            str(float(Decimal(strengths[0][0]) / Decimal(strengths[0][1] or 1)))
            if strengths
            else ""
        )
        cuts = list(re.finditer(rf"({DAY[language]})(?: {to} ({DAY[language]}))?", directions))
        for cut, end in zip(cuts, [*(c.start() for c in cuts[1:]), len(directions)], strict=True):
            row = directions[cut.end() : end]
            first, last = (
                display.read_day((cut[i] or cut[1]).replace(" ", "\u00a0"), language)
                for i in (1, 2)
            )
            day = added(amounts(row, language))
            if not day and nothing not in row:
                volumes = re.findall(rf"(?:am|pm|Uhr) ({NUMBER[language]}) mL", row)
                day = {("liquid", strength): sum((number(v, language) for v in volumes), Decimal())}
            for n in range((last - first).days + 1):
                assert first + timedelta(days=n) not in days
                days[first + timedelta(days=n)] = day
    assert {day: what for day, what in days.items() if what} == {
        d: w for d, w in planned(plan).items() if w
    }


@settings(max_examples=examples(8, 15), deadline=None)
@given(plan=random_plans())
def test_the_counts_of_every_window_are_those_of_its_days(plan: Plan) -> None:
    text = text_of(sheet(plan, "en"))
    wanted = planned(plan)
    total: dict[str, Decimal] = {}
    for part in re.split(r"Window [0-9]+:", re.split("Whole plan,", text)[0])[1:]:
        first, last = (
            display.read_day(d.replace(" ", "\u00a0"), "en")
            for d in re.findall(DAY["en"], part)[:2]
        )
        table = part[: re.search("Directions", part).start()]  # type: ignore[union-attr]
        for name in sorted({*TABLETS, *LIQUIDS}):
            product = FACTS.products[name]
            counts = re.search(
                rf"{re.escape(product.name)} ([0-9.]+) (?:mL|(?:melting )?tablets?) ([0-9.]+)"
                r" (?:mL|(?:melting )?tablets?)",
                table,
            )
            form = "liquid" if name in LIQUIDS else "melting" if "odt" in name else "tablet"
            key = (form, str(float(LIQUIDS[name] if name in LIQUIDS else TABLETS[name][0])))
            need = sum(
                (
                    wanted.get(first + timedelta(days=n), {}).get(key, Decimal())
                    for n in range((last - first).days + 1)
                ),
                Decimal(),
            )
            assert (Decimal(counts[1]) if counts else Decimal()) == need, (name, table)
            total[name] = total.get(name, Decimal()) + need
            assert counts is None or Decimal(counts[2]) % 1 == 0
    whole = re.split("Whole plan,", text)[1]
    for name, count in total.items():
        if count:
            assert re.search(
                rf"{re.escape(FACTS.products[name].name)} {count.normalize():f} ", whole
            ), (name, count)


@settings(max_examples=examples(25, 50), deadline=None)
@given(plan=random_plans())
def test_csv_and_json_hold_every_day_once_with_its_total(plan: Plan) -> None:
    lines = [line.split(",") for line in schedule_csv(of(plan)).splitlines()[1:]]
    wanted = planned(plan)
    assert list(dict.fromkeys(line[0] for line in lines)) == [day.isoformat() for day in wanted]
    for day in json.loads(json.dumps(schedule_json(of(plan))))["days"]:
        rows = [line for line in lines if line[0] == day["date"]]
        doses = {(line[1], line[3]) for line in rows if line[1]}
        assert sum(Decimal(mg) for _, mg in doses) == Decimal(
            str(day["total_mg"].get("clonazepam", 0.0))
        )
        assert {Decimal(line[8]) for line in rows} == {
            Decimal(str(day["total_mg"].get("clonazepam", 0.0)))
        }


@settings(max_examples=examples(50, 150), deadline=None)
@given(plan=random_plans(is_of_all=True))
def test_over_the_whole_catalogue_the_schedule_holds_every_part_of_every_day(plan: Plan) -> None:
    begins = min(step.from_day for step in plan.steps)
    printed: dict[str, dict[str, Decimal]] = {}
    for row in csv.DictReader(io.StringIO(schedule_csv(of(plan)))):
        day = printed.setdefault(row["date"], {})
        if row["product"]:
            day[row["product"]] = day.get(row["product"], Decimal()) + Decimal(
                row["units"] or row["ml"]
            )
    total = {
        day["date"]: sum(Decimal(str(mg)) for mg in day["total_mg"].values())
        for day in schedule_json(of(plan))["days"]
    }
    for n in range((schedule(plan).last_day - begins).days + 1):
        day = begins + timedelta(days=n)
        wanted: dict[str, Decimal] = {}
        for step in plan.steps:
            if step.from_day <= day and (step.until is None or day < step.until):
                for item in (item for dose in step.doses for item in dose.items):
                    wanted[item.product] = wanted.get(item.product, Decimal()) + Decimal(
                        str(item.amount)
                    )
        assert printed[day.isoformat()] == wanted
        holds = sum(
            (
                amount * Decimal(str(WHOLE[name].strength_mg or WHOLE[name].strength_mg_per_ml))
                for name, amount in wanted.items()
            ),
            Decimal(),
        )
        assert total[day.isoformat()] == holds


def test_the_reader_of_pages_sees_a_changed_half() -> None:
    """The tests above are worth what their reader sees: a plan with one half less must not read the
    same.
    """
    other = plans.parse_text(
        plans.write(TYPICAL)
        .replace('"dose": "0.75 mg"', '"dose": "0.5 mg"', 1)
        .replace('"units": 1.5', '"units": 1.0', 1),
        FACTS,
    )
    pages = [
        printed_handout(pdf("handout", handout(of(plan), "en")), "en") for plan in (TYPICAL, other)
    ]
    first = date(2026, 11, 10)
    assert pages[0][first] == {("tablet", "0.5"): Decimal("1.5"), ("tablet", "1.0"): Decimal(1)}
    assert pages[1][first] == {("tablet", "0.5"): Decimal(1), ("tablet", "1.0"): Decimal(1)}
    assert pages[0][date(2027, 3, 20)] == {("melting", "0.125"): Decimal(1)}
