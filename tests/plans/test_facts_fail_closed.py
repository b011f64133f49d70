"""Nothing that is lost or slips in the facts opens the check: each key, each record, and ten times
more and less of each number.

For every change the reader refuses the facts; or it accepts them, and no plan that was stopped
passes, nothing loops and nothing ends in a traceback. That the digest changes with any byte of any
file is tested in tests/house/test_facts.py.
"""

import random
import shutil
from pathlib import Path

import pytest

from homeostat.errors import FactError
from homeostat.facts import Facts, cross_checks, folder, library
from homeostat.facts.contents import written
from homeostat.facts.library import DATA
from homeostat.facts.tables import CONTENTS

from .changed_facts import RANK, Change, changes, fault, files, witnesses
from .teeth import TEETH

CHUNKS = 40
"""Parts of the whole, so that two cores share them."""
SAMPLE, SEED = 600, 8


def test_the_list_of_contents_is_the_one_of_the_facts() -> None:
    assert (DATA / CONTENTS).read_text(encoding="utf-8") == written()


def test_every_rule_that_stops_a_plan_has_a_plan_it_stops_among_the_witnesses() -> None:
    stopped = {text for level, text, _ in TEETH.values() if level != "note"}
    assert stopped <= {witness.row.text for witness in witnesses(False)}
    assert all(RANK[witness.verdict] > 0 for witness in witnesses(False))


def test_no_change_of_a_seeded_sample_of_the_facts_lets_a_stopped_plan_pass() -> None:
    sample = random.Random(SEED).sample(list(changes()), SAMPLE)
    assert [said for change in sample if (said := fault(change))] == []


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_change_of_the_facts_lets_a_stopped_plan_pass(chunk: int) -> None:
    every = list(changes())
    random.Random(SEED).shuffle(every)
    assert [said for change in every[chunk::CHUNKS] if (said := fault(change, True))] == []


def test_without_the_list_of_contents_a_deleted_record_would_let_a_stopped_plan_pass(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lost = Change("supply_rules.toml", ("supply_rule", 0), "delete")
    assert fault(lost) == ""
    for reader in (folder, library):
        monkeypatch.setattr(reader, "refuse_other_contents", lambda *_: None)
    assert "warn became pass" in fault(lost)


def test_without_the_second_witness_a_slip_in_a_table_would_let_a_stopped_plan_pass(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slips = [
        change for change in changes() if change.operation != "delete" and "entries" in change.place
    ]
    assert [said for change in slips[:20] if (said := fault(change))] == []
    monkeypatch.setattr(cross_checks, "equivalence_tables", lambda tables: None)
    monkeypatch.setattr(cross_checks, "dose_bands", lambda bands, tables: None)
    assert any(fault(change) for change in slips)


REFUSED = [
    ("guidance.toml", "share = 0.25\n", "'share' is missing"),
    ("guidance.toml", "step_share_high = 0.10\n", "'step_share_high' is missing"),
    ("guidance.toml", "interval_days_low = 14\n", "'interval_days_low' is missing"),
    ("guidance.toml", 'kind = "share, of which dose is not said"\n', "'kind' is missing"),
    ("guidance.toml", "step_mg = 0.25\n", "'step_mg' is missing"),
    ("guidance.toml", "step_mg_within = [0.1, 0.75]\n", "'step_mg_within' is missing"),
    ("choices/checking.toml", "high = 0.2\n", "'high' is missing"),
    ("limits.toml", "low = 18\n", "'low' is missing"),
    ("contents.toml", '    "klonopin-label",\n', "is not in contents.toml"),
    ("routes.toml", "absorption_rate_factor = 1.0\n", "'absorption_rate_factor' is missing"),
]


@pytest.mark.parametrize(("file", "line", "sentence"), REFUSED)
def test_a_line_that_is_needed_and_deleted_from_a_file_is_refused_with_a_sentence(
    tmp_path: Path, file: str, line: str, sentence: str
) -> None:
    root = Path(shutil.copytree(DATA, tmp_path / "data"))
    before = Facts(root).digest
    text = (root / file).read_text(encoding="utf-8")
    assert line in text
    (root / file).write_text(text.replace(line, "", 1), encoding="utf-8")
    facts = Facts(root)
    assert facts.digest != before
    with pytest.raises(FactError) as refusal:
        list(facts.everything())
    assert sentence in str(refusal.value)


def test_a_record_that_is_deleted_and_a_file_that_is_deleted_are_refused_by_name(
    tmp_path: Path,
) -> None:
    root = Path(shutil.copytree(DATA, tmp_path / "data"))
    (root / "drugs" / "triazolam.toml").unlink()
    with pytest.raises(FactError, match=r"drug 'triazolam' is missing; contents\.toml lists it"):
        Facts(root).drug_ids  # noqa: B018
    text = (root / "interactions.toml").read_text(encoding="utf-8")
    head, first, rest = text.split("[[interaction]]", 2)
    assert 'id = "carbamazepine-clonazepam"' in first
    (root / "interactions.toml").write_text(f"{head}[[interaction]]{rest}", encoding="utf-8")
    with pytest.raises(FactError, match="interaction 'carbamazepine-clonazepam' is missing"):
        Facts(root).interactions  # noqa: B018


@pytest.mark.parametrize("name", ["pace_rules", "ceilings", "choices", "limits", "products"])
def test_a_record_that_is_needed_and_not_there_is_a_sentence_about_the_facts(
    facts: Facts, name: str
) -> None:
    with pytest.raises(FactError, match="no record 'asam-2026'"):
        getattr(facts, name)["asam-2026"]


def test_a_rule_of_another_kind_is_refused_where_a_number_of_its_kind_is_needed(
    facts: Facts,
) -> None:
    from homeostat.facts.records import FixedTaper

    with pytest.raises(FactError, match="FixedTaper is needed"):
        facts.pace("asam-2025", FixedTaper)


def test_every_file_of_the_facts_takes_part() -> None:
    assert {change.file for change in changes()} == set(files())
    assert Change("guidance.toml", ("reviewed",), "delete") in set(changes())
