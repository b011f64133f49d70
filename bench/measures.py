"""What is measured, one function for each row of the goals."""

import datetime
import gc
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import set_num_threads

import homeostat as hs
from bench import machine
from bench.peers import PEERS, Diffrax, Numbalsoda, Peer, RoadRunner, ScipyLsoda, loosest, ours
from bench.problem import DAYS, PATIENT_DAYS, REGIMEN, ROOT, problem, twins
from homeostat.facts import load
from homeostat.model.engine import kernel
from homeostat.model.engine.panels import END, FIRST, grids, panels

LIMIT = 2e-4
"""Largest error that a peer's tolerance may give, of peak: the goal for our own engine."""
FLOPS_PER_PANEL = 350
"""Counted by hand from systems.systems and blood.effect_at, for one person and one drug: 103
multiply-adds, three ramps, the transducer.
"""
Result = dict[str, Any]


def seconds(work: Callable[[], object]) -> float:
    """Return how long it takes once [s]."""
    gc.collect()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def accuracy(size: int) -> Result:
    """Return largest and median error, standard and harder people, against the reference kernel and
    SciPy.
    """
    found: Result = {"people": size}
    for name, people in (("standard", twins.standard(size)), ("harder", twins.harder(size))):
        fast = twins.fast(people, REGIMEN, DAYS)
        errors = twins.errors(fast, twins.classical(people, REGIMEN, DAYS, 0.05))
        found[name] = {
            "max": float(errors.max()),
            "99.9 %": float(np.quantile(errors, 0.999)),
            "median": float(np.median(errors)),
        }
    few = twins.standard(2)
    right = twins.lsoda(few, REGIMEN, DAYS)
    for name, other in (
        ("fast", twins.fast(few, REGIMEN, DAYS)),
        ("reference", twins.classical(few, REGIMEN, DAYS, 0.05)),
    ):
        found[f"{name} against LSODA 1e-10, 2 people"] = float(twins.errors(other, right).max())
    return found


def throughput(size: int, rounds: int, peers: list[tuple[Peer, float]]) -> Result:
    """Return patient-days a second of each engine, all of them in turn in every round."""
    people = twins.standard(size)
    given = {peer: problem(twins.standard(peer.people)) for peer, _ in peers}
    runs: dict[str, tuple[int, Callable[[], object]]] = {}
    for threads in (1, 2):
        runs[f"ours, {threads} thread"] = (size, lambda threads=threads: ours(people, threads))  # type: ignore[misc]
    for peer, tolerance in peers:
        for threads in peer.threads:

            def work(
                peer: Peer = peer, tolerance: float = tolerance, threads: int = threads
            ) -> object:
                set_num_threads(min(threads, os.cpu_count() or 1))
                return peer.outputs(given[peer], tolerance)

            runs[f"{peer.name}, {threads} thread"] = (peer.people, work)
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _, work in runs.values():
        work()  # compiled and loaded before the clock runs
    for _ in range(rounds):
        for name, (_, work) in runs.items():
            work()  # idle memory was taken back; getting it again is nobody's work
            times[name].append(seconds(work))
    rates = {
        name: {
            "people": runs[name][0],
            "best": runs[name][0] * PATIENT_DAYS / min(t),
            "median": runs[name][0] * PATIENT_DAYS / statistics.median(t),
        }
        for name, t in times.items()
    }
    panels = _panels(twins.problem(people, REGIMEN, DAYS)[0])
    gflops = panels * FLOPS_PER_PANEL / min(times["ours, 1 thread"]) / 1e9
    set_num_threads(1)
    last_day = twins.problem(people, REGIMEN, DAYS[-1:])
    return {
        "rates": rates,
        "seconds of ours": {t: min(times[f"ours, {t} thread"]) for t in (1, 2)},
        "gflops": gflops,
        "seconds for the last day alone": min(
            seconds(lambda: kernel.run(*last_day)) for _ in range(rounds)
        ),
        "seconds to touch as much memory": min(
            seconds(lambda: np.empty((13, len(DAYS), size)).fill(0.0)) for _ in range(rounds)
        ),
        "panels a person": panels / size,
    }


def _panels(plan: Any) -> int:
    """Return the panels worked through for all people together."""
    pairs, counts = np.unique(grids(plan), axis=1, return_counts=True)
    cuts = [panels(plan, tuple(pair)).days for pair in pairs.T.tolist()]
    return sum(
        int((cut[:, END] - cut[:, FIRST]).sum()) * int(n)
        for cut, n in zip(cuts, counts, strict=True)
    )


def one_patient(rounds: int, peers: list[tuple[Peer, float]]) -> Result:
    """Return the time for one person, warm [s], of ours and of the peers that are quick enough to
    matter.
    """
    person, found = twins.standard(1), {}
    runs: dict[str, Callable[[], object]] = {"ours": lambda: ours(person, 1)}
    plan = twins.problem(person, REGIMEN, DAYS)
    runs["ours, plan at hand"] = lambda: kernel.run(*plan)
    runs["ours, simulate with its error estimate"] = lambda: hs.simulate(person, REGIMEN, days=DAYS)
    given = problem(person)
    for peer, tolerance in peers:
        if isinstance(peer, (Numbalsoda, RoadRunner, Diffrax, ScipyLsoda)):
            runs[peer.name] = lambda peer=peer, tolerance=tolerance: peer.outputs(given, tolerance)  # type: ignore[misc]
    for work in runs.values():
        work()
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, work in runs.items():
            times[name].append(seconds(work))
    for name, t in times.items():
        found[name] = {"best": min(t), "median": statistics.median(t)}
    return found


_GRADIENT = (
    "fast_time",
    "slow_time",
    "threshold",
    "sensitivity",
    "clonazepam.clearance",
    "clonazepam.volume_central",
)


def gradient(rounds: int) -> Result:
    """Return the time of a gradient in six parameters (seven people in one block) against one
    forward run [s].
    """
    person = twins.standard(1)
    target = twins.fast(person, REGIMEN, DAYS)["severity"][::7] * 1.1
    steps = np.vstack([np.zeros(6), np.eye(6) * 1e-5])

    def loss(people: hs.Patients) -> Any:
        plan, body = twins.problem(people, REGIMEN, DAYS)
        y = twins.outputs(people, plan, body, kernel.run(plan, body))["severity"][::7]
        return ((y - target) ** 2).mean(axis=0)

    def slopes() -> Any:
        seven = person.take(np.zeros(7, dtype=int))
        moved = seven.with_columns(
            **{name: seven[name] * (1.0 + steps[:, i]) for i, name in enumerate(_GRADIENT)}
        )
        value = loss(moved)
        return (value[1:] - value[0]) / 1e-5

    pair: dict[str, list[float]] = {"forward": [], "gradient": []}
    slopes()
    for _ in range(rounds):
        pair["forward"].append(seconds(lambda: loss(person)))
        pair["gradient"].append(seconds(slopes))
    best = {name: min(t) for name, t in pair.items()}
    return best | {
        "ratio": best["gradient"] / best["forward"],
        "ratio of medians": (
            statistics.median(pair["gradient"]) / statistics.median(pair["forward"])
        ),
    }


def _process(*command: str, **more: str) -> float:
    return seconds(
        lambda: subprocess.run(
            command, check=True, capture_output=True, env=os.environ | more, cwd=ROOT
        )
    )


def cold(rounds: int) -> Result:
    """Return the time of whole processes: import, a forecast with a warm cache, the first
    compilation [s].
    """
    python = sys.executable
    found: Result = {
        "import": min(_process(python, "-c", "import homeostat") for _ in range(rounds))
    }
    case = ROOT / "examples" / "typical.toml"
    line = (
        python,
        "-c",
        "from homeostat.cli import main; main()",
        "forecast",
        str(case),
        "--stop",
        "--people",
        "1000",
        "--weeks",
        "26",
    )
    try:
        _process(*line)
        found["forecast"] = min(_process(*line) for _ in range(rounds))
    except subprocess.CalledProcessError as problem:
        found["forecast"] = None
        print(f"no forecast: {problem.stderr.decode().strip()[-300:]}", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        found["first compilation"] = _process(
            python, "-m", "homeostat.model.warm", NUMBA_CACHE_DIR=folder
        )
        found["the same, compiled before"] = _process(
            python, "-m", "homeostat.model.warm", NUMBA_CACHE_DIR=folder
        )
    return found


def front(rounds: int) -> Result:
    """Return the time [s] of a whole proposal for the typical case, warm: every way and the search
    on 200 people, and every check.
    """
    from homeostat.care import case as cases
    from homeostat.care.choice import drafting
    from homeostat.care.choice.proposal import propose

    facts = load()
    case = cases.read(
        ROOT / "examples" / "typical.toml", datetime.datetime.now(datetime.UTC).date(), facts
    )
    task = drafting.task(case, facts)
    made = propose(task)
    took = min(seconds(lambda: propose(task)) for _ in range(rounds))
    return {
        "seconds": took,
        "plans": len(made.candidates),
        "front": len(made.front),
        "people": made.comparison.people,
    }


def memory(size: int) -> Result:
    """Return the peak memory [GiB] and time [s] of streaming quantiles, in a process of its own,
    and a forecast for a million.
    """
    code = (
        "import resource, sys, time\nfrom bench.problem import DAYS, REGIMEN\ntry:\n    from"
        " homeostat.model.stream import stream\nexcept ImportError:\n    sys.exit(3)\nbegan ="
        f" time.perf_counter()\nstream({size}, 1, REGIMEN, days=DAYS)\nprint(time.perf_counter() -"
        " began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False
    )
    if ran.returncode == 3:
        return {"said": "not yet: homeostat.model.stream does not exist"}
    if ran.returncode:
        return {"said": f"failed: {ran.stderr.strip().splitlines()[-1]}"}
    took, kib = (float(x) for x in ran.stdout.split())
    return {
        "people": size,
        "seconds": took,
        "GiB": kib / 2**20,
        "seconds for a million": took * 1e6 / size,
    }


def peers_here() -> tuple[list[tuple[Peer, float]], list[Result]]:
    """Return the peers that are here with their tolerance, and a row for each peer, absent ones
    with the reason.
    """
    here, rows = [], []
    for kind in PEERS:
        peer = kind()
        if why := peer.absent():
            rows.append({"name": peer.name, "absent": why})
            continue
        print(f"  {peer.name}: looking for its loosest tolerance …", file=sys.stderr, flush=True)
        tolerance, largest, median = loosest(peer, LIMIT)
        rows.append(
            {
                "name": peer.name,
                "versions": peer.versions(),
                "tolerance": tolerance,
                "max": largest,
                "median": median,
            }
        )
        if np.isfinite(largest):
            here.append((peer, tolerance))
    return here, rows


def ceiling() -> Result:
    """Return the machine, its multiply-add ceiling on one and two threads [GFLOP/s], and this
    process's memory.
    """
    one, two = machine.ceiling_gflops(1), machine.ceiling_gflops(2)
    return machine.facts() | {
        "fma 1 thread [GFLOP/s]": one,
        "fma 2 threads [GFLOP/s]": two,
        "second core of pure arithmetic": two / one,
        "peak memory so far [GiB]": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
    }
