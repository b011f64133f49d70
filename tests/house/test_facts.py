"""Is the house in order? Every fact is read, sourced, and refers to what exists."""

import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from homeostat.errors import FactError
from homeostat.facts import KINDS, Facts
from homeostat.facts.contents import written
from homeostat.facts.library import CONTENTS, DATA
from homeostat.facts.records import Sourced, StagedTaper
from homeostat.report.screen.facts import show_record


def test_every_record_of_every_kind_is_read(facts: Facts) -> None:
    kinds = {kind for kind, _, _ in facts.everything()}
    assert kinds == set(KINDS)


def test_every_facts_file_is_read_by_somebody() -> None:
    known = {
        "products",
        "equivalence",
        "routes",
        "interactions",
        "symptoms",
        "body_systems",
        "mechanisms",
        "phases",
        "flags",
        "help_lines",
        "risks",
        "remedies",
        "scales",
        "guidance",
        "body",
        "limits",
        "studies",
        "medicine_classes",
        "supply_rules",
        "groups",
        "pace_tiers",
        "combinations",
        "medicine_groups",
        "contraindications",
        "group_contraindications",
        "medicine_pairs",
        "known_sedatives",
        "conditions",
        "condition_words",
        "free_texts",
        "contents",
    }
    files = {path.stem for path in DATA.glob("*.toml")}
    assert files == known


LATER = {
    "findtreatment-importer",
    "findtreatment-clients",
    "findtreatment-older-table",
    "nppes-registry",
    "hrsa-health-centers",
}
"""Sources of what a clinic will need and nothing here uses yet."""


def test_every_source_is_cited_by_a_fact(facts: Facts) -> None:
    text = "".join(
        path.read_text(encoding="utf-8")
        for path in DATA.rglob("*.toml")
        if path.parent.name != "sources" and path.name != CONTENTS
    )
    cited = set(re.findall(r'"([a-z0-9-]+)(?:,[^"]*)?"', text))
    assert set(facts.sources) - cited == LATER


def test_what_is_unverified_never_pretends_to_be_reviewed(facts: Facts) -> None:
    for kind, name, record in facts.everything():
        if isinstance(record, Sourced) and record.is_unverified:
            assert record.reviewed == "not yet", (kind, name)


def test_references_between_facts_resolve(facts: Facts) -> None:
    drugs = set(facts.drugs)
    for name, symptom in facts.symptoms.items():
        assert symptom.system in facts.systems, name
        assert not symptom.flag or symptom.flag in facts.flags, name
    for name, drug in facts.drugs.items():
        assert {m.drug for m in drug.metabolites} <= drugs, name
    for name, product in facts.products.items():
        assert product.drug in drugs, name
    for name, interaction in facts.interactions.items():
        assert (
            interaction.victim
            in drugs | set(facts.known_sedatives) | {"any benzodiazepine", "any Z-drug"}
            or interaction.clearance_fold is None
        ), name


def test_clonazepam_clearance_is_four_facts_not_one(facts: Facts) -> None:
    pooled = [
        f.to("L/h")
        for f in facts.drug("clonazepam").figures
        if f.property == "clearance" and f.pooled
    ]
    assert sorted(round(x, 1) for x in pooled) == [3.0, 3.7, 4.3, 4.9]


def test_the_documents_symptoms_are_all_there(facts: Facts) -> None:
    count = {
        claim: sum(claim in s.claim for s in facts.symptoms.values())
        for claim in ("S1", "S2", "S3")
    }
    assert count == {"S1": 24, "S2": 9, "S3": 6}


def test_an_interaction_without_a_figure_says_so_and_never_shows_a_zero(facts: Facts) -> None:
    without = [row for row in facts.interactions.values() if not row.has_figure]
    assert "fluconazole-clonazepam" in {row.id for row in without}
    for row in without:
        assert row.clearance_fold is None, row.id
        shown = io.StringIO()
        show_record("interaction", row, facts, Console(file=shown, width=200))
        assert "no figure found" in shown.getvalue()
        assert "0 " not in shown.getvalue().splitlines()[1]


GOOD = """reviewed = "not yet"
[[route]]
id = "oral"
name = "oral"
absorption_rate_factor = 1.0
absorption_rate_factor_within = [0.4, 3]
bioavailability_factor = 1.0
basis = "unverified"
"""


def folder_of(root: Path, file: str, text: str, listed: str = "") -> Facts:
    """Return facts of one file, with the list of contents that belongs to it, or to another text of
    it.
    """
    (root / "sources").mkdir(exist_ok=True)
    (root / file).write_text(listed or text, encoding="utf-8")
    (root / CONTENTS).write_text(written(root), encoding="utf-8")
    (root / file).write_text(text, encoding="utf-8")
    return Facts(root)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (
            GOOD.replace("bioavailability_factor", "bioavailabilty_factor"),
            "Did you mean bioavailability_factor?",
        ),
        (
            GOOD.replace("bioavailability_factor = 1.0", 'bioavailability_factor = "1"'),
            "bioavailability_factor",
        ),
        (GOOD.replace("bioavailability_factor = 1.0", "bioavailability_factor = nan"), "finite"),
        (GOOD.replace('"unverified"', '"chosen"'), "'why' must say why"),
        (GOOD.replace('"unverified"', '"measured"'), "at least one source must be named"),
        (GOOD + 'sources = ["nobody-2020"]', "unknown source 'nobody-2020'"),
        (GOOD.removeprefix('reviewed = "not yet"\n'), "must say 'reviewed' at its top"),
        (GOOD.replace("[[route]]", "[[rout]]"), "unknown table 'rout'. Did you mean route?"),
        (GOOD + GOOD.removeprefix('reviewed = "not yet"\n'), "this id stands twice"),
        (GOOD.replace("= 1.0", "= 1,0", 1), "a decimal comma?"),
    ],
)
def test_a_wrong_fact_is_refused_with_a_sentence(tmp_path: Path, wrong: str, sentence: str) -> None:
    facts = folder_of(tmp_path, "routes.toml", wrong, listed=GOOD)
    with pytest.raises(FactError, match=r"facts/routes.toml|routes.toml") as refusal:
        facts.routes  # noqa: B018
    assert sentence in str(refusal.value)


def test_what_a_source_gives_as_a_code_a_range_or_a_step_is_kept_as_such(facts: Facts) -> None:
    codes = {
        drug: facts.drug(drug).loinc
        for drug in ("clonazepam", "diazepam", "nordiazepam", "lorazepam")
    }
    assert codes == {
        "clonazepam": "3494-2",
        "diazepam": "3548-5",
        "nordiazepam": "3537-8",
        "lorazepam": "",
    }
    assert facts.products["uk-clonazepam-solution-0.1"].ethanol_mg_per_ml == (13, 20)
    assert facts.equivalence_tables["clincalc"].ranges["clonazepam"] == (0.5, 4)


def test_the_published_diazepam_schedule_takes_about_as_long_as_its_source_says(
    facts: Facts,
) -> None:
    rule = facts.pace("nice-cks-diazepam", StagedTaper)
    assert [rule.weeks_from(length.from_mg) for length in rule.lengths] == [(20, 70), (15, 50)]
    assert [(each.weeks_low, each.weeks_high) for each in rule.lengths] == [(30, 60), (20, 40)]
    assert [rule.stage_at(mg) for mg in (40, 20, 5, 0.5)] == [
        *rule.stages[:2],
        rule.stages[3],
        rule.stages[3],
    ]
    assert rule.stage_at(41) is None


@pytest.mark.parametrize(
    ("file", "table", "extra", "sentence"),
    [
        (
            "guidance.toml",
            "pace",
            "stages = [{from_mg=5, to_mg=9, step_mg_low=1, step_mg_high=1}]",
            "must go down",
        ),
        (
            "products.toml",
            "product",
            "ethanol_mg_per_ml = [2, 1]",
            "'ethanol_mg_per_ml' is [least, most]",
        ),
        (
            "equivalence.toml",
            "table",
            "[table.ranges]\nclonazepam = [2, 3]",
            "lies outside its own range",
        ),
    ],
)
def test_a_range_or_a_step_that_cannot_be_is_refused(
    tmp_path: Path, file: str, table: str, extra: str, sentence: str
) -> None:
    rows = {
        "pace": (
            'id="x"\nname="x"\nguidance="x"\nstep="x"\ninterval="x"\nend="x"\n'
            'kind="stages"\ndrugs=["diazepam"]\ninterval_days_low=7\ninterval_days_high=14\n'
            "lengths = [{from_mg=5, weeks_low=5, weeks_high=20}]"
        ),
        "product": (
            'id="x-1"\ndrug="x"\nmarket="EU"\nname="x"\nform="solution"\nstrength_mg_per_ml=1\n'
            "measure_ml=1"
        ),
        "table": (
            'id="x"\nname="x"\nreference_drug="diazepam"\nreference_mg=10\n'
            "entries={diazepam=10, clonazepam=1}"
        ),
    }
    facts = folder_of(
        tmp_path,
        file,
        f'reviewed = "not yet"\n[[{table}]]\nbasis="unverified"\n{rows[table]}\n{extra}\n',
    )
    with pytest.raises(FactError, match=re.escape(sentence)):
        {
            "pace": lambda: facts.pace_rules,
            "product": lambda: facts.products,
            "table": lambda: facts.equivalence_tables,
        }[table]()


def test_the_digest_changes_with_any_file(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "routes.toml").write_text(GOOD, encoding="utf-8")
    before = Facts(tmp_path).digest
    (tmp_path / "routes.toml").write_text(GOOD + "\n", encoding="utf-8")
    assert Facts(tmp_path).digest != before


INTERACTION = """reviewed = "not yet"
[[interaction]]
id = "x-clonazepam"
perpetrator = "x"
victim = "clonazepam"
kind = "inhibitor"
action = "watch"
basis = "unverified"
"""


@pytest.mark.parametrize(
    ("extra", "sentence"), [("value = 0.0", "needs its 'unit'"), ('unit = "fold"', "give 'value'")]
)
def test_half_a_figure_is_refused(tmp_path: Path, extra: str, sentence: str) -> None:
    whole = folder_of(tmp_path, "interactions.toml", INTERACTION)
    assert not whole.interactions["x-clonazepam"].has_figure
    half = folder_of(tmp_path, "interactions.toml", INTERACTION + extra)
    with pytest.raises(FactError, match=sentence):
        half.interactions  # noqa: B018
