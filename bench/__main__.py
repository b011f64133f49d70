"""Run the benchmark: `python -m bench [--quick] [--only accuracy,throughput,…] [--million]`."""

import argparse
import datetime
import json
import sys

from bench import measures, report
from homeostat.cli.progress import Tell, bar


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


def measure(chosen: argparse.Namespace, tell: Tell) -> dict[str, object]:
    """Measure what was chosen, keeping each part as soon as it is there."""
    parts = set(filter(None, chosen.only.split(","))) or {
        "accuracy",
        "throughput",
        "one",
        "gradient",
        "cold",
        "front",
        "memory",
    }
    size, rounds, sample = (1000, 2, 24) if chosen.quick else (10_000, 5, 200)

    said: list[str] = []

    def say(text: str) -> None:
        """Show a bar on a terminal, and a line elsewhere."""
        if not sys.stderr.isatty():
            print(text, file=sys.stderr, flush=True)
        tell(text, len(said) / (len(parts) + 2))  # the machine and the peers are looked at besides
        said.append(text)

    found: dict[str, object] = {}
    if chosen.only and report.RESULTS.exists():
        found = json.loads(
            report.RESULTS.read_text(encoding="utf-8")
        )  # the parts that are not measured now stay

    def keep() -> None:
        report.RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")

    found |= {"day": datetime.datetime.now(datetime.UTC).date().isoformat(), "quick": chosen.quick}
    say("machine …")
    found["machine"] = measures.ceiling()
    if "memory" in parts:  # first: a child's peak begins with what its parent holds
        say("memory …")
        found["memory"] = measures.memory(
            1_000_000 if chosen.million else 8192 if chosen.quick else 40_000
        )
        keep()
    if "accuracy" in parts:
        say("accuracy …")
        found["accuracy"] = measures.accuracy(sample)
        keep()
    if parts & {"throughput", "one"}:
        say("peers …")
        here, found["peers"] = measures.peers_here()
        if "throughput" in parts:
            say(f"throughput, {rounds} rounds …")
            found["throughput"] = measures.throughput(size, rounds, here)
            keep()
        if "one" in parts:
            say("one patient …")
            found["one patient"] = measures.one_patient(3 * rounds, here)
            keep()
    if "gradient" in parts:
        say("gradient …")
        found["gradient"] = measures.gradient(20 * rounds)
        keep()
    if "cold" in parts:
        say("cold processes …")
        found["cold"] = measures.cold(rounds)
        keep()
    if "front" in parts:
        say("front …")
        found["front"] = measures.front(rounds)
        keep()
    keep()
    return found


if __name__ == "__main__":
    main()
