"""For each rule a plan that shows it: the level it finds, the row, and whether the verdict hangs on
this rule alone.
"""

from .score import Row

TEETH: dict[str, tuple[str, str, bool]] = {
    "pace.abrupt": ("refuse", "clonazepam 0.5 3y | stop", True),
    "pace.asam-2025": ("warn", "clonazepam 2/2 3y | down 0.75/2w to 0.5 > stop", True),
    "pace.high-risk": ("refuse", "clonazepam 2/2 3y | down 0.5/2w to 0 | seizure_ever=yes", True),
    "pace.possible": ("warn", "clonazepam 0.5 6w | stop", True),
    "pace.inpatient": (
        "warn",
        "clonazepam 4/2 5y | 2d 3 > 2d 1.4 > 5d 1 > 5d 0.5 > stop | setting=inpatient",
        True,
    ),
    "pace.last-dose": ("refuse", "clonazepam 4/2 5y | down 1/2w to 0", True),
    "pace.steep": (
        "refuse",
        (
            "clonazepam 4/2 5y | 6w 1.75 > down 0.25/2w to 0 | override=pace.asam-2025: severe"
            " sedation with falls; daily visits, visits=d7 d14"
        ),
        True,
    ),
    "pace.speeds-up": ("warn", "clonazepam 2/2 3y | down 0.125/2w to 1 > 2w 0.5 > stop", True),
    "pace.two-at-once": (
        "warn",
        (
            "lorazepam 2/2 3y; temazepam 30 3y | 2w lorazepam 1.6 temazepam 24 > stay | goal=lower,"
            " to=24"
        ),
        True,
    ),
    "pace.published": ("note", "clonazepam 2/2 3y | down 0.25/2w to 0", False),
    "shape.gap": (
        "warn",
        "lorazepam 1 3w | 4w 1 > skip 2d > 4w 1 > stay | goal=stay",
        True,
    ),
    "shape.overlap": (
        "warn",
        "lorazepam 1 3w | 4w 0.5 > skip -28d > 4w 0.4 > stay | goal=lower, to=0.4",
        True,
    ),
    "shape.week": (
        "refuse",
        "clonazepam 1 2y | 4w 0.375 > 4w 0.25 > 4w 0.125 > stop | week=2",
        True,
    ),
    "shape.long-step": (
        "warn",
        "clonazepam 1 3y | 4w 0.875 > 393d 0.75 > 4w 0.625 > down 0.125/4w to 0",
        True,
    ),
    "people.pregnancy": ("warn", "clonazepam 2/2 4y | down 0.25/4w to 0 | pregnant=yes", True),
    "beside.condition": (
        "refuse",
        "lorazepam 2/2 5y | down 0.2/3w to 0 | market=UK, cond=asthma, event=nadolol starts d14",
        True,
    ),
    "beside.drug": ("warn", "clonazepam 0.5 6y | stay | goal=stay, cond=sleep apnoea", True),
    "beside.pair": (
        "refuse",
        "diazepam 10 6y | down 1/2w to 0 | market=UK, med=tranylcypromine since 4y,"
        " event=venlafaxine starts d14",
        True,
    ),
    "beside.stops": (
        "warn",
        "diazepam 10 4y | down 1/3w to 0 | market=UK, med=venlafaxine since 5y,"
        " event=venlafaxine stops d0",
        True,
    ),
    "dispensing.form": (
        "warn",
        "alprazolam 3 4y | 4w 3 > 4w 2.75 > 4w 2.5 > 4w 2.25 > down 0.25/4w to 0 |"
        " use_note=extended-release tablets, item=1: us-alprazolam-tablet-1 x 3",
        True,
    ),
    "shape.order": (
        "warn",
        "clonazepam 2/2 3y | 2w 1.75 > skip -20d > 2w 1.5 > stay | goal=lower, to=1.5",
        False,
    ),
    "shape.rise": (
        "warn",
        "clonazepam 2/2 3y | 1w 1.75 > 1w 2 > 1w 1.75 > 1w 2 > stay | goal=stay",
        True,
    ),
    "shape.above-start": (
        "refuse",
        "clonazepam 2/2 3y | 2w clonazepam 2 diazepam 40 > 2w diazepam 40 > down 4/2w to 0",
        False,
    ),
    "shape.start": ("warn", "clonazepam 2/2 3y | 2w 2.25 > down 0.25/2w to 0", True),
    "shape.dates": ("warn", "clonazepam 2/2 3y | down 0.25/2w to 0 | start=-3", True),
    "size.slip": (
        "refuse",
        "lorazepam 2/2 3y | 2w 0.2 > stay | goal=lower, to=0.2, setting=inpatient",
        False,
    ),
    "size.as-needed": ("warn", "lorazepam 2/2 3y | 12w 2 > stay | goal=stay, prn=1", True),
    "size.times": (
        "warn",
        "clonazepam 2/2 3y | 2w 1.75 > stay | goal=lower, to=1.75, times=8",
        True,
    ),
    "size.single": ("warn", "alprazolam 4/4 3y | 12w 4 > stay | goal=stay, times=1", True),
    "size.route": (
        "refuse",
        "lorazepam 2/2 3y | 2w 1.75 > stay | goal=lower, to=1.75, route=intravenous",
        True,
    ),
    "switch.dose": (
        "refuse",
        "oxazepam 30/2 3y | 1w oxazepam 15 diazepam 16 > 2w diazepam 32 > stay | goal=lower",
        False,
    ),
    "switch.table": (
        "warn",
        (
            "clonazepam 2/2 3y | 1w clonazepam 1 diazepam 10 > 2w diazepam 20 > down 2/2w to 0 |"
            " switch=clonazepam 2 diazepam 20 ashton-2002"
        ),
        True,
    ),
    "switch.speed": (
        "warn",
        "lorazepam 2/2 3y | 1d lorazepam 1 diazepam 5 > 2w diazepam 10 > down 1/2w to 0",
        True,
    ),
    "switch.builds-up": (
        "warn",
        (
            "lorazepam 2/2 6y | 1w lorazepam 1 diazepam 5 > 2w diazepam 10 > down 1/2w to 0 |"
            " liver=impaired"
        ),
        True,
    ),
    "switch.undeclared": (
        "warn",
        "clonazepam 2/2 3y | 2w clonazepam 1 alprazolam 1 > 2w alprazolam 2 > stay | goal=lower",
        True,
    ),
    "switch.driving": (
        "note",
        (
            "lorazepam 2/2 6y | 1w lorazepam 1 diazepam 5 > 2w diazepam 10 > down 1/2w to 0 |"
            " drives=yes"
        ),
        False,
    ),
    "dispensing.amount": (
        "refuse",
        (
            "clonazepam 2 3y | 2w 1.875 > stay | goal=lower, to=1.875, item=1:"
            " us-clonazepam-tablet-0.5 x 3.5"
        ),
        True,
    ),
    "dispensing.product": (
        "warn",
        (
            "clonazepam 2 3y | 4w 1.8 > stay | goal=lower, to=1.8, item=1:"
            " uk-clonazepam-solution-0.1 x 18ml"
        ),
        True,
    ),
    "dispensing.split": (
        "warn",
        (
            "clonazepam 0.5 3y | 2w 0.4375 > stay | goal=lower, to=0.4375, item=1:"
            " us-clonazepam-odt-0.125 x 3.5"
        ),
        True,
    ),
    "dispensing.odd": ("note", "lorazepam 1 3y | down 0.02/1w to 0", False),
    "dispensing.ethanol": (
        "warn",
        (
            "clonazepam 2 3y | 4w 1.8 > stay | goal=lower, to=1.8, market=UK, med=disulfiram since"
            " 1y, item=1: uk-clonazepam-solution-0.1 x 18ml"
        ),
        True,
    ),
    "dispensing.prescription": (
        "warn",
        (
            "clonazepam 2 3y | 24w 2 > stay | goal=stay, visits=d0 d14 d80 d160, supply=d0 d20"
            " us-clonazepam-tablet-2 x 20, refills=6"
        ),
        True,
    ),
    "interaction.level": (
        "refuse",
        "clonazepam 2/2 3y | 12w 2 > stay | goal=stay, event=rifampicin starts d14",
        True,
    ),
    "interaction.sedatives": (
        "refuse",
        "clonazepam 2/2 3y | down 0.25/2w to 0 | event=alcohol starts d7",
        True,
    ),
    "interaction.comes-off": (
        "refuse",
        (
            "clonazepam 2/2 3y | down 0.125/2w to 0 | event=levetiracetam stops d20,"
            " med=levetiracetam since 3y, seizure_ever=yes"
        ),
        True,
    ),
    "interaction.duplicate": (
        "warn",
        "clonazepam 2/2 3y | 4w clonazepam 2 alprazolam 0.25 > stay | goal=stay",
        True,
    ),
    "interaction.opioid": ("refuse", "clonazepam 2/2 3y | down 0.25/2w to 0 | opioid=yes", True),
    "interaction.forbidden": (
        "refuse",
        "clonazepam 2/2 3y | down 0.25/2w to 0 | event=flumazenil starts d5",
        True,
    ),
    "interaction.unknown": (
        "note",
        "clonazepam 2/2 3y | down 0.25/2w to 0 | med=zanfluxol since 2y",
        False,
    ),
    "people.epilepsy": ("refuse", "clonazepam 2/2 10y | down 0.125/2w to 0 | cond=epilepsy", True),
    "people.acute-state": ("refuse", "diazepam 20 4y | down 1/2w to 0 | cond=delirium now", False),
    "people.sleep": ("note", "diazepam 20 8y | down 2/3w to 0 | cond=bipolar disorder", False),
    "people.special": ("note", "diazepam 20 8y | down 2/3w to 0 | age=70", False),
    "people.child": ("warn", "diazepam 10 2y | down 1/3w to 0 | age=12, weight=40", True),
    "people.alcohol": ("refuse", "diazepam 20 8y | down 1/3w to 0 | drinks=7", True),
    "people.setting": ("refuse", "diazepam 20 4y | down 1/2w to 0 | cond=psychosis now", False),
    "people.ask": ("note", "diazepam 20 8y | down 2/3w to 0 | seizure_ever=unknown", False),
    "people.domain": ("note", "diazepam 10 8y | down 1/3w to 0 | pregnant=yes, age=30", False),
    "people.unlikely-dependent": ("note", "clonazepam 0.5 2w | stop", False),
    "supply.amount": (
        "refuse",
        (
            "clonazepam 2 3y | 4w 1.75 > 4w 1.5 > stay | goal=lower, to=1.5, visits=d28, supply=d0"
            " d28 us-clonazepam-tablet-0.5 x 56"
        ),
        True,
    ),
    "supply.gap": (
        "refuse",
        (
            "lorazepam 2 3y | 12w 2 > stay | goal=stay, supply=d0 d14 us-lorazepam-tablet-2 x 14,"
            " visits=d84"
        ),
        True,
    ),
    "supply.products": (
        "refuse",
        (
            "clonazepam 2 3y | 4w 1.75 > stay | goal=lower, to=1.75, item=1: us-clonazepam-odt-0.25"
            " x 7, visits=d28, supply=d0 d28 us-clonazepam-tablet-0.5 x 98"
        ),
        True,
    ),
    "supply.window": (
        "refuse",
        (
            "clonazepam 2 3y | 8w 2 > stay | goal=stay, suicidal_thoughts=yes, supply=d0 d90"
            " us-clonazepam-tablet-2 x 90"
        ),
        True,
    ),
    "model.harder": (
        "warn",
        "diazepam 30/2 10y | 1w diazepam 15 lorazepam 1.5 > 2w lorazepam 3 > down 0.75/2w to 0",
        True,
    ),
    "plan.goal": (
        "warn",
        "clonazepam 2/2 3y | down 0.25/2w to 0.5 > stay | goal=lower, to=1",
        True,
    ),
    "plan.rules": (
        "refuse",
        "clonazepam 2/2 3y | down 0.25/2w to 0 | rule=good check-in: faster",
        True,
    ),
    "plan.length": (
        "warn",
        "clonazepam 2/2 3y | 270w 1.75 > 4w 1.5 > stay | goal=lower, to=1.5",
        True,
    ),
    "plan.origin": ("refuse", "clonazepam 2/2 3y | down 0.25/2w to 0 | made=2020-01-01", True),
    "plan.medicines": (
        "warn",
        "clonazepam 2/2 3y | down 0.25/2w to 0 | event=amlodipine starts d900",
        True,
    ),
    "plan.names": (
        "warn",
        "clonazepam 2/2 3y | down 0.25/2w to 0 | event=рaracetamol starts d9",
        True,
    ),
    "plan.visits": ("warn", "clonazepam 2/2 3y | down 0.25/4w to 0 | visits=d0 d200", True),
    "plan.whose": ("refuse", "clonazepam 2/2 3y | down 0.25/2w to 0 | for=somebody-else", True),
    "plan.facts": (
        "note",
        "clonazepam 2/2 3y | down 0.25/2w to 0 | made_from=drug:clonazepam",
        False,
    ),
    "facts.unverified": (
        "note",
        (
            "lorazepam 2/2 3y | 12w 1.75 > stay | goal=lower, to=1.75, event=clarithromycin starts"
            " d200, event=baclofen starts d3"
        ),
        False,
    ),
    "plan.overrides": (
        "warn",
        "clonazepam 2/2 3y | down 0.25/2w to 0 | override=pace.asam-2025: ok",
        True,
    ),
}


def row_of(text: str) -> Row:
    """Return a row that stands outside the set."""
    return Row("teeth", text, is_dangerous=True, is_fatal=False, harm="")
