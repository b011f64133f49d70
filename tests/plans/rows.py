"""One line of text is one person and one plan. The grammar is small enough to read the rows as
sentences.

    TAKES | STEPS | key=value, key=value …

TAKES   `clonazepam 2 3y` daily mg and how long; `/4` after the mg = four times a day; `; lorazepam
1 2m` a further drug STEPS   parts joined by `>`:
        `2w 1.5`              1.5 mg a day for two weeks; `2w clonazepam 1.5 diazepam 5` for several
        drugs `down 0.5/2w to 1`    by 0.5 mg every two weeks until 1 mg has had its two weeks; to 0
        ends with a stop `cut 10%/2w to 0.25`  by 10 % of the current dose, until 0.25 mg has had
        its time `hold 4w`             four weeks more at the same dose
        `skip 3d`             three days that no step covers
        `2x(1d 1.5 > 1d 2)`   repeated
        `stay`                the last dose goes on; `stop` nothing from here on; `end` the last
        step ends, nothing follows
keys    age, sex, weight, liver, pregnant, cond, other, drinks, week (days a week), KEY of the
        history, med
(of the case), event
        (`carbamazepine starts d10`), setting, goal, to, market, switch (`clonazepam 2 diazepam 20
        va-dod-2021`), start (days from today), made, for, initials, item (`1:
        us-clonazepam-tablet-1 x 0.5`, for step 1), supply (`d0 d28 us-clonazepam-tablet-1 x 56`),
        refills, rule (`bad check-in: hold`), visits (`d0 d14`), prn (step number), times, route,
        until (the case's last day), sooner (`d5 4`: an earlier dose of the case), wants (the case's
        goal: `lower 1 mg`), note, override, by and decided (who overrode, and how many days from
            today). A rule may have a text: `bad check-in: hold: text`. Several values of one key
            are joined by `+`.
{a,b,c} in a row makes one row of each; {{a,b}} … {{c,d}} takes them side by side.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from typing import Any

TODAY = date(2026, 11, 25)
HISTORY = (
    "seizure_ever",
    "complicated_withdrawal",
    "previous_withdrawals",
    "opioid",
    "other_sedatives",
    "suicidal_thoughts",
    "falls",
    "drives",
    "support_at_home",
    "living_alone",
)
DAYS = {"d": 1, "w": 7, "m": 30.44, "y": 365.25}
Day = list[tuple[str, float]]


def expand(row: str) -> Iterator[str]:
    """Yield every row that the braces stand for."""
    beside = re.findall(r"\{\{(.*?)\}\}", row)
    if beside:
        lists = [[part.strip() for part in found.split(";")] for found in beside]
        assert len({len(parts) for parts in lists}) == 1, row
        for chosen in zip(*lists, strict=True):
            made = row
            for found, part in zip(beside, chosen, strict=True):
                made = made.replace("{{" + found + "}}", part, 1)
            yield from expand(made)
        return
    free = re.findall(r"\{([^{}]*)\}", row)
    for chosen in product(*([part.strip() for part in found.split(";")] for found in free)):
        made = row
        for found, part in zip(free, chosen, strict=True):
            made = made.replace("{" + found + "}", part, 1)
        yield made


def length(text: str) -> int:
    """Return a written length in days."""
    found = re.fullmatch(r"(-?[0-9.]+)([dwmy])", text.strip())
    assert found, text
    return round(float(found[1]) * DAYS[found[2]])


def read(row: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the case and the plan of one row, as tables."""
    takes, steps, *rest = (part.strip() for part in row.split("|"))
    extras = _extras(rest[0] if rest else "")
    market = extras.get("market", ["US"])[0]
    uses, now = _uses(takes, extras)
    case = _case(uses, extras, market)
    plan = _plan(steps, takes, now, extras, market)
    assert not extras.keys() - KEYS, extras.keys() - KEYS
    return case, plan


KEYS = {
    *HISTORY,
    *[
        "age",
        "sex",
        "weight",
        "liver",
        "pregnant",
        "illness",
        "cond",
        "other",
        "drinks",
        "week",
        "med",
        "event",
        "setting",
        "goal",
        "to",
        "market",
        "switch",
        "start",
        "made",
        "for",
        "initials",
    ],
    *[
        "item",
        "supply",
        "refills",
        "rule",
        "visits",
        "prn",
        "times",
        "route",
        "until",
        "sooner",
        "override",
        "by",
        "decided",
        "wants",
        "note",
        "case_note",
        "use_note",
        "cyp2c19",
        "today",
        "made_from",
    ],
}


def _extras(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in filter(None, (p.strip() for p in text.split(","))):
        key, _, value = part.partition("=")
        found[key.strip()] = [v.strip() for v in value.split("+")]
    return found


def _uses(
    takes: str, extras: dict[str, list[str]]
) -> tuple[list[dict[str, Any]], dict[str, float]]:
    uses, now = [], {}
    for part in takes.split(";"):
        drug, amount, since = part.split()
        mg, _, times = amount.partition("/")
        row: dict[str, Any] = {
            "drug": drug,
            "since": TODAY - timedelta(days=length(since)),
            "doses": _doses(float(mg), int(times or 1)),
            "days_per_week": int(extras.get("week", ["7"])[0]),
        }
        if "until" in extras:
            row["until"] = TODAY - timedelta(days=int(extras["until"][0].removeprefix("d")))
        if "use_note" in extras and not uses:
            row["note"] = extras["use_note"][0]
        if "sooner" in extras and not uses:
            ago, before = extras["sooner"][0].split()
            changed = TODAY - timedelta(days=int(ago.removeprefix("d")))
            uses.append({**row, "doses": _doses(float(before), int(times or 1)), "until": changed})
            row["since"] = changed
        uses.append(row)
        now[drug] = float(mg)
    return uses, now


def _doses(mg: float, times: int) -> list[dict[str, Any]]:
    hours = {1: [20], 2: [8, 20], 3: [8, 14, 20], 4: [8, 12, 16, 20]}.get(times) or [
        6 + 2 * i for i in range(times)
    ]
    return [{"time": f"{hour:02d}:00", "dose": f"{mg / times:.6g} mg"} for hour in hours]


def _case(uses: list[dict[str, Any]], extras: dict[str, list[str]], market: str) -> dict[str, Any]:
    def one(key: str, otherwise: Any) -> Any:
        return extras.get(key, [otherwise])[0]

    sex = one("sex", "female")
    history = {key: one(key, "no") for key in HISTORY} | {
        "previous_withdrawals": int(one("previous_withdrawals", 0)),
        "support_at_home": one("support_at_home", "yes"),
    }
    medicines = []
    for text in extras.get("med", []):
        name, _, since = text.partition(" since ")
        medicines.append({"name": name, "since": TODAY - timedelta(days=length(since or "1y"))})
    conditions = extras.get("cond", [])
    if "epilepsy" in conditions and "seizure_ever" not in extras:
        history["seizure_ever"] = "yes"
    return {
        "format": 1,
        "id": "row",
        "title": "one row of the set",
        "synthetic": True,
        "market": market,
        "today": TODAY,
        "conditions": conditions,
        "other_conditions": extras.get("other", []),
        "note": one("case_note", ""),
        "person": {
            "initials": "R. W.",
            "age_years": float(one("age", 45)),
            "weight_kg": float(one("weight", 70)),
            "sex": sex,
            "liver": one("liver", "normal"),
            "cyp2c19": one("cyp2c19", "unknown"),
            "illness": one("illness", "mild"),
            "pregnant": one("pregnant", "not applicable" if sex == "male" else "no"),
        },
        "use": uses,
        "medicine": medicines,
        "alcohol": {
            "drinks_per_day": float(one("drinks", 0))
            if one("drinks", 0) != "unknown"
            else "unknown"
        },
        "history": history,
        "goal": dict(zip(("aim", "to"), one("wants", "undecided").split(" ", 1), strict=False)),
    }


def _plan(
    text: str, takes: str, now: dict[str, float], extras: dict[str, list[str]], market: str
) -> dict[str, Any]:
    def one(key: str, otherwise: Any) -> Any:
        return extras.get(key, [otherwise])[0]

    def day(text: str) -> str:
        return (begins + timedelta(days=int(text.removeprefix("d")))).isoformat()

    begins = TODAY + timedelta(days=int(one("start", 7)))
    steps = _steps(text, now, begins, int(one("times", _times(takes))), one("route", "oral"))
    for found in extras.get("item", []):
        number, _, items = found.partition(":")
        doses = steps[int(number) - 1]["doses"]
        doses[0]["items"] = [_item(part) for part in items.split("&")]
    for number in extras.get("prn", []):
        for dose in steps[int(number) - 1]["doses"]:
            dose["as_needed"] = True
    goal = one("goal", "stop")
    plan: dict[str, Any] = {
        "format": 1,
        "id": "row",
        "for": {"case": one("for", "row"), "initials": one("initials", "R. W.")},
        "made_on": one("made", TODAY.isoformat()),
        "made_by": "a clinician",
        "way": {"name": "by hand"},
        "goal": {"aim": goal} | ({"to": f"{one('to', '')} mg"} if "to" in extras else {}),
        "market": market,
        "setting": one("setting", "outpatient"),
        "steps": steps,
        "note": one("note", ""),
    }
    for found in extras.get("switch", []):
        a, a_mg, b, b_mg, table = found.split()
        row = {
            "from_drug": a,
            "to_drug": b,
            "from_mg": f"{a_mg} mg",
            "to_mg": f"{b_mg} mg",
            "table": table,
        }
        plan.setdefault("switch", []).append(row)
    for found in extras.get("event", []):
        name, event, when = found.rsplit(" ", 2)
        plan.setdefault("medicines", []).append({"name": name, "event": event, "on": day(when)})
    for found in extras.get("supply", []):
        since, until, items = found.split(" ", 2)
        plan.setdefault("supplies", []).append(
            {
                "from": day(since),
                "until": day(until),
                "items": [_item(part) for part in items.split("&")],
                "refills": int(one("refills", 0)),
            }
        )
    for found in extras.get("rule", []):
        when, do, *said = (part.strip() for part in found.split(":"))
        plan.setdefault("rules", []).append({"when": when, "do": do, "text": " ".join(said)})
    if "made_from" in extras:
        plan["facts"] = {
            "digest": "before",
            "records": dict.fromkeys(extras["made_from"], "before"),
        }
    if "visits" in extras:
        plan["visits"] = [day(text) for text in extras["visits"][0].split()]
    for found in extras.get("override", []):
        finding, _, reason = found.partition(":")
        plan.setdefault("overrides", []).append(
            {
                "finding": finding,
                "reason": reason.strip(),
                "by": one("by", "Dr. W."),
                "on": (TODAY + timedelta(days=int(one("decided", 0)))).isoformat(),
            }
        )
    return plan


def _times(takes: str) -> int:
    """Return how often a day the first drug is taken: a plan keeps to that unless it says
    otherwise.
    """
    return int(takes.split()[1].partition("/")[2] or 1)


def _item(text: str) -> dict[str, Any]:
    product, amount = (part.strip() for part in text.split(" x "))
    key = "ml" if amount.endswith("ml") else "units"
    return {"product": product, key: float(amount.removesuffix("ml"))}


def _steps(
    text: str, now: dict[str, float], begins: date, times: int, route: str
) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = []
    drug, mg, day = next(iter(now)), next(iter(now.values())), begins

    def add(doses: Day, days: int | None) -> None:
        nonlocal day
        made = [
            {"drug": name, "route": route, **dose}
            for name, amount in doses
            if amount > 1e-9
            for dose in _doses(amount, times)
        ]
        step: dict[str, Any] = {"from": day.isoformat(), "doses": made}
        if days is not None:
            day += timedelta(days=days)
            step["until"] = day.isoformat()
        steps.append(step)

    for part in _parts(text):
        if part == "stop":
            add([], None)
        elif part == "end":
            pass
        elif part == "stay":
            steps[-1].pop("until", None) if steps else add([(drug, mg)], None)
        elif part.startswith("skip"):
            day += timedelta(days=length(part.split()[1]))
        elif part.startswith("hold"):
            days = length(part.split()[1])
            if steps:
                day += timedelta(days=days)
                steps[-1]["until"] = day.isoformat()
            else:
                add([(drug, mg)], days)
        elif found := re.fullmatch(r"down ([0-9.]+)/([0-9]+[dwm]) to ([0-9.]+)", part):
            by, days, to = float(found[1]), length(found[2]), float(found[3])
            while mg > to + 1e-9:
                mg = max(to, round(mg - by, 6))
                add([(drug, mg)] if mg else [], days if mg else None)
        elif found := re.fullmatch(r"cut ([0-9.]+)%/([0-9]+[dwm]) to ([0-9.]+)", part):
            share, days, to = float(found[1]) / 100, length(found[2]), float(found[3])
            while mg > to + 1e-9:
                mg = max(to, round(mg * (1 - share), 4))
                add([(drug, mg)], days)
        else:
            days_text, *words = part.split()
            if len(words) == 1:
                doses: Day = [(drug, float(words[0]))]
            else:
                doses = [(words[i], float(words[i + 1])) for i in range(0, len(words), 2)]
            drug, mg = doses[-1]
            add(doses, length(days_text))
    return steps


def _parts(text: str) -> list[str]:
    while found := re.search(r"([0-9]+)x\(([^()]*)\)", text):
        text = text.replace(found[0], " > ".join([found[2]] * int(found[1])), 1)
    return [part.strip() for part in text.split(">")]
