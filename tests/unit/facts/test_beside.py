"""Other medicines, sedatives that are not covered, illness that speaks against a drug, and what
people write for them.
"""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from homeostat.care import case as cases
from homeostat.care.assess.risk import assess
from homeostat.care.case.words import interactions
from homeostat.errors import FactError, InputError
from homeostat.facts import Facts
from homeostat.facts.beside import (
    contraindications_of,
    groups_of,
    label_contraindications,
    stop_harms,
    stop_of,
)
from homeostat.facts.conditions import condition_named, conditions_in
from homeostat.facts.contents import written
from homeostat.facts.library import DATA
from homeostat.facts.medicines import (
    classes_of,
    is_cleared,
    known_sedative,
    medicine_named,
    medicines_of,
    properties_of,
)

BY_ENZYME = (
    "cyp3a-cleared",
    "perhaps-cyp3a-cleared",
    "cyp2c19-cleared",
    "ugt-cleared",
    "otherwise-cleared",
)


def changed(tmp_path: Path, file: str, old: str, new: str) -> Facts:
    root = Path(shutil.copytree(DATA, tmp_path / "data"))
    text = (root / file).read_text(encoding="utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return Facts(root)


def test_each_drug_stands_in_one_group_by_the_enzyme_that_clears_it(facts: Facts) -> None:
    members = [drug for name in BY_ENZYME for drug in facts.group(name)]
    covered = {name for name, drug in facts.drugs.items() if drug.family != "metabolite"}
    assert sorted(members) == sorted(covered)
    for drug in facts.group("ugt-cleared"):
        assert facts.drug(drug).enzymes[0] == "UGT", drug


def test_a_medicine_repeats_no_property_of_its_classes(facts: Facts) -> None:
    for one in facts.medicines.values():
        of_classes = {
            kind
            for name in classes_of(one.id, facts)
            for kind in facts.medicine_classes[name].properties
        }
        assert of_classes.isdisjoint(one.properties), one.id


@pytest.mark.parametrize(
    ("group", "cleared_by", "allowed"),
    [
        ("CYP3A inducer", "cyp3a_cleared", {"slightly down", "down", "strongly down", "unknown"}),
        ("CYP3A inhibitor", "cyp3a_cleared", {"slightly up", "up", "strongly up"}),
        ("CYP2C19 inhibitor", "cyp2c19_cleared", {"slightly up", "up", "strongly up"}),
        ("UGT inhibitor", "ugt_cleared", {"slightly up", "up", "strongly up"}),
    ],
)
def test_a_medicine_of_a_class_that_changes_levels_is_never_cleared_of_it(
    facts: Facts, group: str, cleared_by: str, allowed: set[str]
) -> None:
    for one in facts.medicines.values():
        if group in classes_of(one.id, facts):
            effect = getattr(one.levels, cleared_by)
            assert effect in {*allowed, "changes with time", "down", "slightly down"}, one.id
            assert not is_cleared(one.id, facts)


def test_a_fold_of_a_medicine_agrees_with_the_words_of_its_record(facts: Facts) -> None:
    for row in facts.interactions.values():
        medicine = facts.medicines.get(row.perpetrator)
        group = next((name for name in BY_ENZYME if row.victim in facts.group(name)), None)
        if medicine is None or group is None or row.clearance_fold is None:
            continue
        effect = medicine.levels.by_group()[group]
        if effect in {"unknown", "changes with time"}:
            continue
        if row.clearance_fold > 1.1:
            assert "down" in effect, (row.id, effect)
        elif row.clearance_fold < 0.9:
            assert "up" in effect, (row.id, effect)


def test_the_hundred_commonest_are_counted_or_cleared_by_name(facts: Facts) -> None:
    assert len(facts.medicines) >= 200
    assert sum(is_cleared(name, facts) for name in facts.medicines) >= 60
    for cleared in ("amlodipine", "Metformin 500 mg", "pantoprazole", "ramipril", "Zocor"):
        assert is_cleared(cleared, facts), cleared
    for counted in ("omeprazole", "tramadol", "Zoloft", "ciprofloxacin", "bisoprolol", "xyz"):
        assert not is_cleared(counted, facts), counted


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("Tramal", "respiratory_depressant"),
        ("Sertralin 50 mg", "own_withdrawal"),
        ("Elontril", "lowers_seizure_threshold"),
        ("Hydroxyzin", "qt"),
        ("L-Thyroxin 100", "mimics_withdrawal"),
        ("Havlane", "sedative"),
        ("bromazolam", "respiratory_depressant"),
    ],
)
def test_a_brand_or_german_name_has_the_properties_of_its_substance(
    facts: Facts, written: str, kind: str
) -> None:
    assert kind in properties_of(written, facts)


@pytest.mark.parametrize("written", ["Depakote", "sodium valproate", "Orfiril 300 mg", "valproate"])
def test_every_name_of_valproate_leads_to_its_figure_for_lorazepam(
    facts: Facts, written: str
) -> None:
    folds = {row.clearance_fold for row in interactions(written, facts.drug("lorazepam"), facts)}
    assert folds == {0.7}


@pytest.mark.parametrize(
    ("brand", "drug"),
    [
        ("Temesta", "lorazepam"),
        ("Tavor", "lorazepam"),
        ("Xanor", "alprazolam"),
        ("Tafil", "alprazolam"),
        ("Lexomil", "bromazepam"),
        ("Ximovan", "zopiclone"),
        ("Stilnoct", "zolpidem"),
        ("Adumbran", "oxazepam"),
    ],
)
def test_a_brand_of_another_country_leads_to_its_own_substance(
    facts: Facts, brand: str, drug: str
) -> None:
    with pytest.raises(InputError, match=rf"a brand of {drug}; write '{drug}'"):
        facts.drug(brand)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("loprazolam", "'loprazolam' is a sedative that is known, and not covered"),
        ("Rohypnol", "'Rohypnol' is flunitrazepam, a sedative that is known, and not covered"),
        ("prazepan", "Is prazepam meant? It is known, and not covered"),
        ("klonazepam", "Did you mean clonazepam?"),
    ],
)
def test_a_sedative_that_is_not_covered_is_named_and_no_other_offered(
    facts: Facts, written: str, said: str
) -> None:
    with pytest.raises(InputError) as refusal:
        facts.drug(written)
    assert said in str(refusal.value)
    if "not covered" in said:
        assert not any(f"write '{drug}'" in str(refusal.value) for drug in facts.drug_ids)


def test_a_known_sedative_is_of_the_same_kind_or_of_another_and_no_drug_of_ours(
    facts: Facts,
) -> None:
    for one in facts.known_sedatives.values():
        for name in (one.id, *one.names):
            assert ("benzodiazepine or Z-drug" in classes_of(name, facts)) == one.is_own_kind, name
            assert name == name.lower()
        assert one.id not in facts.drug_ids
    assert known_sedative("Etilaam 1 mg", facts) == facts.known_sedatives["etizolam"]


def test_a_name_that_leads_to_two_substances_is_refused(tmp_path: Path) -> None:
    facts = changed(tmp_path, "known_sedatives.toml", '"havlane"', '"tavor"')
    with pytest.raises(FactError, match=r"'[Tt]avor' stands for lorazepam and loprazolam"):
        _ = facts.drugs


def test_a_name_of_two_medicines_and_a_condition_that_does_not_exist_are_refused(
    tmp_path: Path,
) -> None:
    twice = changed(tmp_path / "a", "medicines/mind.toml", '"zoloft"', '"prozac"')
    with pytest.raises(FactError, match="'prozac' stands for sertraline and fluoxetine"):
        _ = twice.medicines
    unknown = changed(tmp_path / "b", "contraindications.toml", '"sleep-apnoea"', '"sleep-apnea"')
    with pytest.raises(FactError, match=r"unknown condition 'sleep-apnea'\. Did you mean sleep-a"):
        _ = unknown.contraindications


def test_no_contraindication_says_to_stop_at_once(facts: Facts) -> None:
    for one in facts.contraindications.values():
        assert "slow" in one.do or "never stop" in one.do, one.id
    of_clonazepam = label_contraindications("clonazepam", "liver-failure", facts)
    assert {one.market for one in of_clonazepam} == {"UK", "US", "EU"}
    assert [len(one.drugs) for one in of_clonazepam] == sorted(
        len(one.drugs) for one in of_clonazepam
    )
    for drug in (name for name, d in facts.drugs.items() if d.family != "metabolite"):
        assert any(drug in one.drugs for one in facts.contraindications.values()), drug


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("CKD stage 4", ("kidney-failure",)),
        ("dialysepflichtige Niereninsuffizienz", ("kidney-failure",)),
        ("OSA on CPAP", ("sleep-apnoea", "sleep-apnoea-treated")),
        ("Schlafapnoe-Syndrom", ("sleep-apnoea",)),
        ("Z.n. Suizidversuch 2024", ("suicidal-thoughts",)),
        ("32 weeks pregnant", ("pregnancy",)),
        ("Engwinkelglaukom", ("narrow-angle-glaucoma",)),
        ("Child C cirrhosis", ("liver-failure", "liver-disease")),
        ("no epilepsy", ()),
        ("kein Anhalt für Epilepsie; Asthma", ("asthma",)),
        ("Krampfanfälle", ("epilepsy",)),
        ("a kind of hay fever", ()),
        ("Child of 8 years", ("child",)),
    ],
)
def test_what_people_write_for_a_condition_is_recognised(
    facts: Facts, text: str, found: tuple[str, ...]
) -> None:
    assert conditions_in(text, facts) == found


def test_every_name_of_a_condition_leads_to_it(facts: Facts) -> None:
    words = {*facts.limits["conditions"].conditions, *facts.group("known-conditions")}
    for one in facts.conditions.values():
        for word in (*one.case_words, *one.words, *one.words_de):
            assert one.id in conditions_in(word, facts), (one.id, word)
        assert set(one.case_words) <= words, one.id
        assert all(word == word.lower() for word in (*one.words, *one.words_de)), one.id


def test_each_drug_and_active_metabolite_has_the_molar_mass_of_its_formula(facts: Facts) -> None:
    masses = {name: drug.molar_mass.to("g/mol") for name, drug in facts.drugs.items()}
    assert masses["clonazepam"] == pytest.approx(315.71, abs=0.01)
    assert masses["nordiazepam"] == pytest.approx(270.71, abs=0.02)
    assert min(masses.values()) > 250
    assert max(masses.values()) < 400


def test_a_molar_mass_that_is_not_that_of_its_formula_is_refused(tmp_path: Path) -> None:
    facts = changed(tmp_path, "drugs/clonazepam.toml", "C15H10ClN3O3", "C15H11ClN3O3")
    with pytest.raises(FactError, match=r"is not the 316\.7"):
        facts.drug("clonazepam")


def test_a_severe_edge_is_published_or_there_is_none(facts: Facts) -> None:
    edges = {name: s.severe_from for name, s in facts.scales.items() if s.severe_from is not None}
    assert edges == {"ciwa-b": 21, "phq-9": 20, "gad-7": 15, "isi": 22, "pawss": 4}


def test_no_attribution_that_the_audit_found_wrong_is_printed(facts: Facts) -> None:
    case = cases.read("examples/typical.toml", date(2026, 11, 1), facts)
    helped = replace(
        case, history=replace(case.history, support_at_home="yes"), conditions=("panic disorder",)
    )
    reasons = {one.id: one for one in assess(helped, facts).severe_reasons}
    assert "panic-disorder" not in reasons
    assert (reasons["support"].sources, reasons["support"].weighs) == ((), "neither")
    times = [f for f in facts.remedies["stay-or-lower-and-hold"].figures if f.unit == "RR"]
    assert [(f.low, f.high) for f in times] == [(1.6, 1.7), (1.5, 1.7)]


def test_an_old_woman_clears_desalkylflurazepam_faster_than_an_old_man(facts: Facts) -> None:
    traits = facts.drug("desalkylflurazepam").covariates
    half_life = {"male": 74.0, "female": 90.0}
    for sex in half_life:
        for trait in traits:
            if trait.on == "age" and trait.sex == sex:
                fold = trait.to("fold")
                half_life[sex] *= fold if trait.parameter == "volume" else 1 / fold
    assert half_life["male"] == pytest.approx(160, rel=0.05)
    assert half_life["female"] == pytest.approx(120, rel=0.05)


def test_medicines_of_reads_combinations_and_doses(facts: Facts) -> None:
    found = [one.id for one in medicines_of("Losartan 50 mg / hydrochlorothiazide 12.5 mg", facts)]
    assert sorted(found) == ["hydrochlorothiazide", "losartan"]
    sizes = [len(name.split()) for name in facts.medicine_names]
    assert max(sizes) <= 5


INVENTED = """
[[medicine]]
id = "{name}"
names = ["{name} forte", "{brand}"]
groups = [{groups}]
properties = [{properties}]
levels = "none"
is_cleared = {cleared}
basis = "unverified"
"""


def with_invented(tmp_path: Path, groups: str = "", properties: str = "") -> Facts:
    """Return the facts with one more medicine, that no code can know."""
    root = Path(shutil.copytree(DATA, tmp_path / "data"))
    file, lists = root / "medicines" / "further.toml", root / "contents.toml"
    row = INVENTED.format(
        name="zanfluxol",
        brand="Quorvexa".lower(),
        groups=groups,
        properties=properties,
        cleared=str(not properties).lower(),
    )
    file.write_text(file.read_text(encoding="utf-8") + row, encoding="utf-8")
    lists.write_text(written(root), encoding="utf-8")
    return Facts(root)


@pytest.mark.parametrize(
    ("groups", "properties", "condition", "severity"),
    [
        ('"beta-blocker-non-selective"', "", "asthma", "contraindicated"),
        ('"worsens-myasthenia"', "", "myasthenia-gravis", "caution"),
        ('"dopamine-antagonist"', "", "parkinson", "contraindicated"),
        ('"anticholinergic"', "", "narrow-angle-glaucoma", "contraindicated"),
        ('"bladder-antimuscarinic"', "", "dementia", "caution"),
        ('"valproate"', "", "pregnancy", "contraindicated"),
        ('"ssri"', "", "bipolar", "caution"),
        ('"fluoroquinolone"', "", "epilepsy", "caution"),
        ("", '"qt"', "long-qt", "contraindicated"),
        ("", '"lowers_seizure_threshold"', "epilepsy", "caution"),
        ("", '"respiratory_depressant"', "sleep-apnoea", "caution"),
        ("", '"sedative"', "driving", "caution"),
    ],
)
def test_an_invented_medicine_with_a_property_meets_what_speaks_against_it_and_one_without_does_not(
    tmp_path: Path, groups: str, properties: str, condition: str, severity: str
) -> None:
    has_it = with_invented(tmp_path / "with", groups, properties)
    lacks_it = with_invented(tmp_path / "without")
    for name in ("zanfluxol", "Quorvexa 20 mg", "ＱＵＯＲＶＥＸＡ", "Quоrvexa"):
        found = contraindications_of(groups_of(name, has_it), [condition], has_it)
        assert found, name
        assert found[0].severity == severity
        assert contraindications_of(groups_of(name, lacks_it), [condition], lacks_it) == ()
    assert contraindications_of(groups_of("zanfluxol", has_it), ["porphyria"], has_it) == ()
    assert medicine_named("Quorvexa", lacks_it) == lacks_it.medicines["zanfluxol"]
    assert is_cleared("Quorvexa", lacks_it)


@pytest.mark.parametrize(
    ("groups", "properties", "way"),
    [
        ('"beta-blocker"', "", "taper"),
        ('"snri"', "", "taper"),
        ('"baclofen"', "", "taper"),
        ('"corticosteroid"', "", "taper"),
        ("", '"own_withdrawal"', "taper"),
        ('"insulin"', "", "ask"),
        ('"orexin-antagonist"', "", "no taper needed"),
        ('"statin"', "", "not said"),
        ("", "", "not said"),
    ],
)
def test_an_invented_medicine_ends_as_its_groups_say(
    tmp_path: Path, groups: str, properties: str, way: str
) -> None:
    facts = with_invented(tmp_path, groups, properties)
    assert stop_of("Quorvexa", facts) == way
    assert bool(stop_harms("Quorvexa", facts)) == (bool(groups) and way in {"taper", "ask"})


def test_a_record_that_is_cleared_and_holds_something_or_holds_an_unknown_group_is_refused(
    tmp_path: Path,
) -> None:
    wrong = with_invented(tmp_path / "a", '"no-such-group"')
    with pytest.raises(FactError, match="unknown group 'no-such-group'"):
        _ = wrong.medicines
    cleared = changed(
        tmp_path / "b", "medicines/pain.toml", "is_cleared = false", "is_cleared = true"
    )
    with pytest.raises(FactError, match="'is_cleared' is true, and a level, a property or a class"):
        _ = cleared.medicines
    hidden = changed(
        tmp_path / "c", "medicines/gut.toml", "is_cleared = true", "is_cleared = false"
    )
    with pytest.raises(FactError, match="'is_cleared' is false, and no level, property or class"):
        _ = hidden.medicines


def test_a_combination_of_an_unknown_substance_or_with_the_name_of_another_is_refused(
    tmp_path: Path,
) -> None:
    unknown = changed(tmp_path / "a", "combinations.toml", '"paracetamol"', '"paracetamoll"')
    with pytest.raises(FactError, match="unknown substance 'paracetamoll'"):
        _ = unknown.combinations
    twice = changed(tmp_path / "b", "combinations.toml", '"endocet"', '"oxycontin"')
    with pytest.raises(FactError, match="'oxycontin' stands for oxycodone and percocet"):
        _ = twice.combinations


def test_a_row_of_an_unknown_group_or_condition_is_refused(tmp_path: Path) -> None:
    for number, (old, new, said) in enumerate(
        (
            ('"beta-blocker-non-selective"', '"beta-blocker-nonselective"', "unknown group"),
            ('"myasthenia-gravis"', '"myasthenia"', "unknown condition"),
        )
    ):
        facts = changed(tmp_path / str(number), "group_contraindications.toml", old, new)
        with pytest.raises(FactError, match=said):
            _ = facts.group_contraindications


def test_what_is_cleared_is_what_no_level_property_or_class_is_stored_of(facts: Facts) -> None:
    for one in facts.medicines.values():
        assert one.is_cleared == is_cleared(one.id, facts), one.id


def test_every_name_leads_to_its_own_substances_and_to_their_classes(facts: Facts) -> None:
    for one in facts.medicines.values():
        for name in one.names:
            assert medicine_named(name, facts) == one, name
            assert set(classes_of(one.id, facts)) <= set(classes_of(name, facts)), name
            assert name == name.lower(), name
    for mixed in facts.combinations.values():
        for name in (mixed.id, *mixed.names):
            own = {one for one in mixed.substances if one in facts.medicines}
            assert {one.id for one in medicines_of(name, facts)} == own, name


@pytest.mark.parametrize(
    ("written", "substances"),
    [
        ("Percocet 5/325", ["oxycodone", "paracetamol"]),
        ("Mysimba", ["naltrexone", "bupropion"]),
        ("Hyzaar", ["losartan", "hydrochlorothiazide"]),
        ("Symbicort Turbohaler", ["budesonide", "formoterol"]),
        ("Losartan potassium 50 mg", ["losartan"]),
        ("spironolactone + potassium", ["spironolactone", "potassium"]),
        ("hyoscine butylbromide 10 mg", ["hyoscine butylbromide"]),
        ("ropinirole", ["ropinirole"]),
        ("Vitamin B12", ["vitamin b12"]),
    ],
)
def test_every_active_substance_of_a_product_is_met_and_no_other(
    facts: Facts, written: str, substances: list[str]
) -> None:
    assert sorted(one.id for one in medicines_of(written, facts)) == sorted(substances)


def test_a_mixture_with_a_drug_of_ours_or_a_known_sedative_is_of_their_group(facts: Facts) -> None:
    for name in ("Limbitrol", "Librax"):
        assert {"benzodiazepine-or-z-drug", "anticholinergic"} <= set(groups_of(name, facts))
    assert "benzodiazepine-or-z-drug" in groups_of("Havlane", facts)
    assert "benzodiazepine-or-z-drug" not in groups_of("phenobarbital", facts)
    assert known_sedative("Soma 350 mg", facts) == facts.known_sedatives["carisoprodol"]


def test_a_group_that_must_be_tapered_says_what_a_sudden_stop_brings(tmp_path: Path) -> None:
    harm = 'stop_harm = "hallucinations and seizures after a sudden stop"\n'
    facts = changed(tmp_path, "medicine_groups.toml", harm, "")
    with pytest.raises(FactError, match="'stop_harm' must say what a stop brings"):
        _ = facts.medicine_groups


def test_a_condition_is_named_by_itself_and_every_word_of_a_case_has_one(facts: Facts) -> None:
    found = condition_named("bekannte Myasthenie", facts)
    assert found is not None
    assert found.id == "myasthenia-gravis"
    assert condition_named("asthma and epilepsy", facts) is None
    known = {*facts.limits["conditions"].conditions, *facts.group("known-conditions")}
    assert known == {word for one in facts.conditions.values() for word in one.case_words}


def test_no_contraindication_stops_every_medicine_of_a_person(facts: Facts) -> None:
    """A row that speaks against all would say nothing: most cleared medicines stay allowed."""
    for one in facts.group_contraindications.values():
        if one.severity == "contraindicated":
            hit = [
                name
                for name, medicine in facts.medicines.items()
                if medicine.is_cleared and not set(one.groups).isdisjoint(groups_of(name, facts))
            ]
            assert len(hit) < len(facts.medicines) / 10, one.id
