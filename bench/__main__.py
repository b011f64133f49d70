"""Run the benchmark: `python -m bench [--quick] [--only accuracy,throughput,…] [--million]`."""

import argparse
import datetime
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

from bench import measures, report
from homeostat.cli.progress import Tell, bar

Step = tuple[str, str, Callable[[dict[str, object]], object]]
"""What is said, where the result is kept, and how it is measured."""


def main() -> None:
    """Measure, print the goals beside what was reached, write bench/results.json."""
    parser = argparse.ArgumentParser(description="Measure the engine beside its peers.")
    parser.add_argument(
        "--quick", action="store_true", help="small sizes: for trying the benchmark itself"
    )
    parser.add_argument(
        "--million", action="store_true", help="stream 1,000,000 people (minutes) instead of 40,000"
    )
    parser.add_argument(
        "--only",
        default="",
        help="parts, with commas: accuracy,throughput,one,gradient,cold,front,memory",
    )
    chosen = parser.parse_args()
    with bar("Benchmark") as tell:
        found = measure(chosen, tell)
    report.show(found)


PARTS = ("accuracy", "throughput", "one", "gradient", "cold", "front", "memory")


def measure(chosen: argparse.Namespace, tell: Tell) -> dict[str, object]:
    """Measure what was chosen, keeping each part as soon as it is there."""
    parts = set(filter(None, chosen.only.split(","))) or set(PARTS)
    found: dict[str, object] = {}
    if chosen.only and report.RESULTS.exists():
        # the parts that are not measured now stay
        found = json.loads(report.RESULTS.read_text(encoding="utf-8"))
    found |= {"day": datetime.datetime.now(datetime.UTC).date().isoformat(), "quick": chosen.quick}
    # the machine and the peers are looked at besides
    for number, (what, key, part) in enumerate(_steps(chosen, parts)):
        if not sys.stderr.isatty():
            print(f"{what} …", file=sys.stderr, flush=True)
        tell(f"{what} …", number / (len(parts) + 2))
        found[key] = part(found)
        report.RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return found


def _steps(chosen: argparse.Namespace, parts: set[str]) -> Iterator[Step]:
    """Yield each step: what is said, where its result is kept, and how it is measured."""
    size, rounds, sample = (1000, 2, 24) if chosen.quick else (10_000, 5, 200)
    yield "machine", "machine", lambda _: measures.ceiling()
    if "memory" in parts:  # first: a child's peak begins with what its parent holds
        people = 1_000_000 if chosen.million else 8192 if chosen.quick else 40_000
        yield "memory", "memory", lambda _: measures.memory(people)
    if "accuracy" in parts:
        yield "accuracy", "accuracy", lambda _: measures.accuracy(sample)
    if parts & {"throughput", "one"}:
        here: list[Any] = []

        def look(found: object) -> object:
            engines, known = measures.peers_here()
            here.extend(engines)
            return known

        yield "peers", "peers", look
        if "throughput" in parts:
            said = f"throughput, {rounds} rounds"
            yield said, "throughput", lambda _: measures.throughput(size, rounds, here)
        if "one" in parts:
            yield "one patient", "one patient", lambda _: measures.one_patient(3 * rounds, here)
    if "gradient" in parts:
        yield "gradient", "gradient", lambda _: measures.gradient(20 * rounds)
    if "cold" in parts:
        yield "cold processes", "cold", lambda _: measures.cold(rounds)
    if "front" in parts:
        yield "front", "front", lambda _: measures.front(rounds)


if __name__ == "__main__":
    main()
