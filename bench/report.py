"""Turn bench/results.json into a table for the terminal and into docs/performance.md."""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results.json"
PAGE = ROOT / "docs" / "performance.md"
Row = tuple[str, str, str, str]
FREE = 1.6
"""Pure arithmetic gains at least this from a second core that nobody else uses."""


def _verdict(is_met: bool | None) -> str:
    return "not measured" if is_met is None else "met" if is_met else "**missed**"


def _ratio(rates: dict[str, Any], threads: int, peer: str) -> float | None:
    """Return how many times the patient-days a second of a peer ours are, by medians of the
    interleaved rounds.
    """
    mine, other = rates.get(f"ours, {threads} thread"), rates.get(f"{peer}, {threads} thread")
    return mine["median"] / other["median"] if mine and other else None


def _row(what: str, goal: str, reached: str, is_met: bool | None) -> Row:
    return what, goal, reached, _verdict(is_met)


def _accuracy(error: Mapping[str, Any]) -> Iterator[Row]:
    for name, (largest, middle) in {"standard": (2e-4, 5e-5), "harder": (5e-4, 1e-4)}.items():
        e = error[name]
        yield _row(
            f"error of peak, max / median, {name} ({error['people']} people)",
            f"≤ {largest:.0e} / {middle:.0e}",
            f"{e['max']:.1e} / {e['median']:.1e} (99.9 % of outputs: {e['99.9 %']:.1e})",
            bool(e["max"] <= largest and e["median"] <= middle),
        )


def _throughput(speed: Mapping[str, Any], machine: Mapping[str, Any]) -> Iterator[Row]:
    rates = speed["rates"]
    for threads, peer, least in (
        (1, "libRoadRunner (CVODE) on the SBML export", 1000),
        (1, "SciPy LSODA, compiled right-hand side", 2500),
        (2, "diffrax Tsit5, mapped over people", 500),
        (1, "numbalsoda DOP853", 100),
        (2, "numbalsoda DOP853", 100),
    ):
        ratio = _ratio(rates, threads, peer)
        yield _row(
            f"{threads} thread{'s' if threads > 1 else ''}, against {peer}",
            f"≥ {least:,}×",
            "absent" if ratio is None else f"{ratio:,.0f}×",
            None if ratio is None else ratio >= least,
        )
    gain = rates["ours, 2 thread"]["median"] / rates["ours, 1 thread"]["median"]
    pure = machine["second core of pure arithmetic"]
    taken = "; others were using it" if pure < FREE else ""
    reached = f"{gain:.2f}× (pure arithmetic gains {pure:.2f}×{taken})"
    yield _row("second core", "≥ 1.8×", reached, gain >= 1.8 if gain >= 1.8 or not taken else None)


def _one(one: Mapping[str, Any]) -> Iterator[Row]:
    other = one.get("numbalsoda DOP853")
    mine = one["ours"]["median"]
    yield _row(
        "one patient, warm",
        "≤ 1/5 of numbalsoda",
        f"{mine * 1e3:.2f} ms"
        + (f", 1/{other['median'] / mine:.1f}" if other else ", numbalsoda absent"),
        None if not other else mine <= other["median"] / 5,
    )


def _gradient(slope: Mapping[str, Any]) -> Iterator[Row]:
    yield _row(
        "gradient in 6 parameters, against one forward run",
        "≤ 1.5×",
        f"{slope['ratio of medians']:.2f}×",
        slope["ratio of medians"] <= 1.5,
    )


def _cold(cold: Mapping[str, Any]) -> Iterator[Row]:
    took = cold["forecast"]
    yield _row(
        "`homeostat forecast`, 1,000 people, cold process, warm cache",
        "≤ 1.5 s",
        "it failed" if took is None else f"{took:.2f} s",
        None if took is None else took <= 1.5,
    )


def _front(front: Mapping[str, Any]) -> Iterator[Row]:
    yield _row(
        f"whole front of the typical case, warm ({front['plans']} plans on {front['people']}"
        " people, each checked)",
        "≤ 2 s",
        f"{front['seconds']:.2f} s",
        front["seconds"] <= 2.0,
    )


def _memory(memory: Mapping[str, Any]) -> Iterator[Row]:
    if "said" in memory:
        yield _row("1,000,000 people × 545 days by streaming", "≤ 2 GiB", memory["said"], None)
    else:
        yield _row(
            f"{memory['people']:,} people × 545 days by streaming",
            "≤ 2 GiB for 1,000,000",
            f"{memory['GiB']:.2f} GiB, {memory['seconds']:.0f} s (a million: about"
            f" {memory['seconds for a million']:.0f} s)",
            memory["GiB"] <= 2.0,
        )


OF_PART = {
    "one patient": _one,
    "gradient": _gradient,
    "cold": _cold,
    "front": _front,
    "memory": _memory,
}


def rows(found: dict[str, Any]) -> list[Row]:
    """Return (what, goal, reached, verdict) for each goal."""
    table: list[Row] = []
    if error := found.get("accuracy"):
        table += _accuracy(error)
    if speed := found.get("throughput"):
        table += _throughput(speed, found["machine"])
    for name, of in OF_PART.items():
        if part := found.get(name):
            table += of(part)
    return table


def _peers_section(peers: Any) -> list[str]:
    lines: list[str] = []
    lines += [
        "## Peers",
        "",
        "| engine | versions | tolerance | error max / median |",
        "|---|---|---|---|",
    ]
    for p in peers:
        lines.append(
            f"| {p['name']} | absent: {p['absent']} | | |"
            if "absent" in p
            else (
                f"| {p['name']} | {p['versions']} | {p['tolerance']:g} | {p['max']:.1e} /"
                f" {p['median']:.1e} |"
            )
        )
    lines.append("")
    return lines


def _speed_section(speed: Mapping[str, Any]) -> list[str]:
    lines: list[str] = []
    lines += [
        "## Patient-days a second",
        "",
        "| engine | people | median | best | ours is faster by |",
        "|---|---|---|---|---|",
    ]
    for name, r in speed["rates"].items():
        mine = speed["rates"][f"ours, {name.rsplit(', ', 1)[1]}"]["median"]
        lines.append(
            f"| {name} | {r['people']:,} | {r['median']:,.0f} | {r['best']:,.0f} |"
            f" {mine / r['median']:,.1f}× |"
        )
    return lines


def _limits_section(speed: Mapping[str, Any], m: Mapping[str, Any]) -> list[str]:
    lines: list[str] = []
    one = m["fma 1 thread [GFLOP/s]"]
    took = {int(k): v for k, v in speed["seconds of ours"].items()}
    size = speed["rates"]["ours, 1 thread"]["people"]
    lines += [
        "",
        f"{size:,} people over 545 days: {took[1]:.2f} s on one thread, {took[2]:.2f} s on two.",
        "",
        "## What limits us",
        "",
        (
            f"- Of {took[1]:.2f} s on one thread, {speed['seconds for the last day alone']:.2f} s"
            " are arithmetic (the same run that is asked for the last day alone). The rest is the"
            f" result itself, {size * 13 * 546 * 8 / 1e9:.2f} GB of it: only to get that much fresh"
            f" memory and fill it with zeros takes {speed['seconds to touch as much memory']:.2f} s"
            " here. It is written past the cache, in whole lines, four blocks of people side by"
            " side; each thread takes its own part of the memory first, as two that meet on a"
            " fresh page both clear it."
        ),
        (
            f"- Ours works through {speed['panels a person']:,.0f} panels for each person; with"
            " every day in full it would be about 3,800. Days of steady use that are alike are"
            " leapt over: what such a day adds to each filter is interpolated between the days"
            " worked through (`model/engine/panels.py`). After a stop every day is worked through:"
            " thresholds are crossed there."
        ),
        (
            f"- That is about {speed['gflops']:.1f} GFLOP/s by hand count,"
            f" {100 * speed['gflops'] / one:.0f} % of the {one:.0f} GFLOP/s that one thread"
            f" multiplies and adds at most here ({m['vector bits']} bit vectors; two threads"
            f" {m['fma 2 threads [GFLOP/s]']:.0f}, so that a second thread gains"
            f" {m['second core of pure arithmetic']:.2f}× even on pure arithmetic, and no engine"
            " can gain more). The rest goes to four divisions a panel, the weights of each kind of"
            " panel (75 loads, and their tables for each block of eight people: about a tenth of"
            " the arithmetic), leaps and thresholds."
        ),
        (
            "- One patient: about a third is arithmetic, the rest Python that lays out schedule and"
            " panels."
        ),
        (
            "- Most of the gain over general solvers comes from exact kinetics, fixed panels (no"
            " error control, no restart at a dose) and leaps; the other part from eight people side"
            " by side."
        ),
        "",
    ]
    return lines


def _one_section(one: Any) -> list[str]:
    lines: list[str] = []
    lines += [
        "## One patient, warm",
        "",
        "| engine | median [ms] | best [ms] |",
        "|---|---|---|",
    ]
    lines += [
        f"| {name} | {t['median'] * 1e3:.2f} | {t['best'] * 1e3:.2f} |" for name, t in one.items()
    ] + [""]
    return lines


def _cold_section(cold: Any) -> list[str]:
    lines: list[str] = []
    lines += ["## Cold", "", "| what | seconds |", "|---|---|"]
    lines += [
        f"| {name} | {'not measured' if took is None else f'{took:.2f}'} |"
        for name, took in cold.items()
    ] + [""]
    return lines


def _error_section(error: Any) -> list[str]:
    lines: list[str] = []
    lines += ["## Against SciPy", ""]
    lines += [f"- {name}: {value:.1e}" for name, value in error.items() if "LSODA" in name] + [""]
    return lines


def page(found: dict[str, Any]) -> str:
    """Return docs/performance.md."""
    m, lines = found["machine"], ["# Performance", ""]
    lines += [
        (
            "Generated from `bench/results.json` by `python -m bench.report`; measured on"
            f" {found['day']} with `make bench`."
        ),
        "",
        (
            "Model: the full model, clonazepam 2 mg twice a day for 365 days, then 180 days"
            " without, output every day. Engines"
        ),
        (
            "run in turn in every round; a ratio is one of medians. Each peer's tolerance is the"
            " loosest that keeps its largest"
        ),
        (
            "error within 2e-4 of peak on the same people. Error: the largest difference over all"
            " days as a share of the peak,"
        ),
        (
            "for each person and output (level, effect, tone, severity, nine filters); an output"
            " that never rises above 1e-3 is"
        ),
        "judged against that.",
        "",
        "## Goals",
        "",
        "| what | goal | reached | |",
        "|---|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in rows(found)),
        "",
    ]
    if peers := found.get("peers"):
        lines += _peers_section(peers)
    if speed := found.get("throughput"):
        lines += _speed_section(speed) + _limits_section(speed, m)
    if one := found.get("one patient"):
        lines += _one_section(one)
    if cold := found.get("cold"):
        lines += _cold_section(cold)
    if error := found.get("accuracy"):
        lines += _error_section(error)
    lines += [
        "## Machine",
        "",
        *(
            f"- {name}: {value:.3g}" if isinstance(value, float) else f"- {name}: {value}"
            for name, value in m.items()
        ),
        "",
    ]
    return "\n".join(lines)


def show(found: dict[str, Any]) -> None:
    """Print the goals as a table."""
    table = [("what", "goal", "reached", ""), *rows(found)]
    widths = [max(len(row[i]) for row in table) for i in range(4)]
    for row in table:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
    for peer in found.get("peers", []):
        if "absent" in peer:
            print(f"absent: {peer['name']}: {peer['absent']}")


def main() -> None:
    """Write docs/performance.md from the last results."""
    if not RESULTS.exists():
        sys.exit("there are no results yet: run `make bench` first")
    PAGE.write_text(page(json.loads(RESULTS.read_text())), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)} written")


if __name__ == "__main__":
    main()
