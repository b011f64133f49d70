"""Other engines on the same problem. Each says whether it is here, and returns states (states,
days, people).
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import version
from typing import Any, ClassVar
from xml.etree import ElementTree

import numpy as np
from numba import carray, cfunc, njit, prange, set_num_threads
from numpy.typing import NDArray

from bench.problem import DAYS, REGIMEN, STATES, Problem, problem, slope, twins
from homeostat.exchange.sbml import sbml
from homeostat.facts import load
from homeostat.model.engine import kernel
from homeostat.model.equations import FILTERS, ILL, ILLNESS, ROWS

Outputs = dict[str, NDArray[np.float64]]


class Peer:
    """An engine: its name, what it needs, the tolerances it may be set to, loosest first."""

    name: ClassVar[str]
    needs: ClassVar[tuple[str, ...]] = ()
    tolerances: ClassVar[tuple[float, ...]] = (
        1e-2,
        3e-3,
        1e-3,
        3e-4,
        1e-4,
        3e-5,
        1e-5,
        3e-6,
        1e-6,
        1e-7,
    )
    people: ClassVar[int] = 4
    threads: ClassVar[tuple[int, ...]] = (1,)

    def absent(self) -> str:
        """Return why it cannot run here; empty if it can."""
        for package in self.needs:
            try:
                import_module(package)
            except ImportError as problem:
                return f"{package} is not here ({problem})"
        return ""

    def versions(self) -> str:
        """Return the versions of what it needs."""
        return ", ".join(
            f"{p} {version({'roadrunner': 'libroadrunner'}.get(p, p))}" for p in self.needs
        )

    def states(self, given: Problem, tolerance: float) -> NDArray[np.float64]:
        """Return all states on all days of all people."""
        raise NotImplementedError

    def outputs(self, given: Problem, tolerance: float) -> Outputs:
        """Return what a course shows."""
        return dict(
            twins.outputs(given.people, given.plan, given.body, self.states(given, tolerance))
        )


@contextmanager
def _quiet() -> Iterator[None]:
    """Send what compiled code prints to nowhere."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def intervals(given: Problem) -> list[tuple[float, float, float, NDArray[np.float64]]]:
    """Return (begin, end, mg, output days inside) of every interval between doses, the last up to
    the end.
    """
    ends = [*given.starts[1:], DAYS[-1]]
    return [
        (a, b, mg, DAYS[(a + 1e-9 < DAYS) & (b + 1e-9 > DAYS)])
        for a, b, mg in zip(given.starts, ends, given.mg, strict=True)
    ]


class ScipyLsoda(Peer):
    """SciPy's LSODA through odeint, its quickest way in, with a compiled right-hand side."""

    name, needs, people = "SciPy LSODA, compiled right-hand side", ("scipy",), 2

    def states(self, given: Problem, tolerance: float) -> NDArray[np.float64]:
        from scipy.integrate import odeint

        found = np.zeros((STATES, len(DAYS), len(given)))
        parts = intervals(given)
        for i, p in enumerate(given.parameters):
            out = np.empty(STATES)

            def f(
                _: float,
                y: NDArray[np.float64],
                p: NDArray[np.float64] = p,
                out: NDArray[np.float64] = out,
            ) -> Any:
                slope(y, p, out)
                return out.copy()

            y = np.zeros(STATES)
            y[4 + ILL] = p[7 + ILLNESS]
            found[:, 0, i] = y
            day = 1
            for a, b, mg, shown in parts:
                y[0] += p[6] * mg
                at = np.unique(np.concatenate([[a], shown, [b]]))
                path = odeint(f, y, at, rtol=tolerance, atol=tolerance * 1e-3, tfirst=True)
                for _ in shown:
                    found[:, day, i] = path[np.searchsorted(at, DAYS[day] - 1e-9)]
                    day += 1
                y = path[-1].copy()
        return found


class Numbalsoda(Peer):
    """numbalsoda's DOP853: compiled solver, compiled right-hand side, people in parallel."""

    name, needs, people, threads = "numbalsoda DOP853", ("numbalsoda",), 64, (1, 2)

    def __init__(self) -> None:
        self._march: Callable[..., None] | None = None

    def _compiled(self) -> Callable[..., None]:
        if self._march is None:
            from numbalsoda import dop853, lsoda_sig

            size = 7 + ROWS

            @cfunc(lsoda_sig)
            def f(_, u, du, p):  # type: ignore[no-untyped-def]
                slope(carray(u, (STATES,)), carray(p, (size,)), carray(du, (STATES,)))

            address = f.address
            self._keep = f

            @njit(parallel=True)
            def march(parameters, a, b, mg, first, many, days, rtol, out):  # type: ignore[no-untyped-def]
                for i in prange(len(parameters)):
                    p = parameters[i].copy()
                    y = np.zeros(STATES)
                    y[4 + ILL] = p[7 + ILLNESS]
                    out[i, 0] = y
                    for s in range(len(a)):
                        y[0] += p[6] * mg[s]
                        shown = days[first[s] : first[s] + many[s]]
                        is_last_shown = many[s] > 0 and shown[-1] > b[s] - 1e-9
                        at = np.empty(many[s] + (1 if is_last_shown else 2))
                        at[0] = a[s]
                        at[1 : many[s] + 1] = shown
                        if not is_last_shown:
                            at[-1] = b[s]
                        path, _ = dop853(address, y, at, p, rtol, rtol * 1e-3)
                        for k in range(many[s]):
                            out[i, first[s] + k] = path[k + 1]
                        y = path[-1].copy()

            self._march = march
        return self._march

    def states(self, given: Problem, tolerance: float) -> NDArray[np.float64]:
        parts = intervals(given)
        a, b, mg = (np.array([part[k] for part in parts]) for k in range(3))
        many = np.array([len(part[3]) for part in parts])
        first = 1 + np.concatenate([[0], np.cumsum(many)[:-1]])
        out = np.empty((len(given), len(DAYS), STATES))
        march = self._compiled()
        with _quiet():  # it prints a line for every interval that it takes for stiff
            march(given.parameters, a, b, mg, first, many, DAYS, tolerance, out)
        return out.transpose(2, 1, 0)


class Diffrax(Peer):
    """diffrax Tsit5, adaptive, mapped over people, begun anew at each dose; XLA takes all cores
    that there are.
    """

    name, needs, people, threads = "diffrax Tsit5, mapped over people", ("diffrax", "jax"), 64, (2,)

    def __init__(self) -> None:
        self._solve: Any = None

    def _compiled(self) -> Any:
        if self._solve is None:
            import diffrax
            import jax
            import jax.numpy as jnp

            jax.config.update("jax_enable_x64", True)

            def ramp(x: Any, theta: Any) -> Any:
                inside = jnp.clip(x - 0.5 * theta, 0.0, theta)
                return inside * inside / (2.0 * theta) + jnp.maximum(x - 1.5 * theta, 0.0)

            def f(_: Any, y: Any, p: Any) -> Any:
                b, a, s, n = p[7:], y[4], y[5], y[6]
                d = b[0] * y[3] / (1.0 + y[3])
                h, hx = b[1] * a + b[2] * s - d, b[3] * a + b[4] * s - d
                m = b[11] + b[12] * s
                w, wx, wm = m * ramp(h, b[5]), m * ramp(hx, b[6]), b[8] * ramp(b[2] * (s - d), b[7])
                ill = b[9] * jnp.maximum(0.0, 1.0 - b[10] * jnp.maximum(0.0, -hx))
                kinetics = jnp.stack(
                    [
                        -p[0] * y[0],
                        p[0] * y[0] - p[1] * y[1] + p[3] * y[2],
                        p[2] * y[1] - p[3] * y[2],
                        p[4] * y[1] - p[5] * y[3],
                    ]
                )
                forcing = jnp.stack([d, d, w, w, wx, wm, wm, n, ill])
                return jnp.concatenate([kinetics, (forcing - y[4:]) / b[13:]])

            def one(p: Any, lengths: Any, mg: Any, tolerance: Any) -> Any:
                def move(y: Any, step: Any) -> Any:
                    length, dose = step
                    y = y.at[0].add(p[6] * dose)
                    done = diffrax.diffeqsolve(
                        diffrax.ODETerm(f),
                        diffrax.Tsit5(),
                        0.0,
                        length,
                        jnp.minimum(length, 0.02),
                        y,
                        p,
                        stepsize_controller=diffrax.PIDController(
                            rtol=tolerance, atol=tolerance * 1e-3
                        ),
                        saveat=diffrax.SaveAt(t1=True),
                        max_steps=4096,
                    )
                    return done.ys[0], done.ys[0]

                start = jnp.zeros(STATES).at[4 + ILL].set(p[7 + ILLNESS])
                return jax.lax.scan(move, start, (lengths, mg))[1]

            self._solve = jax.jit(jax.vmap(one, (0, None, None, None)))
        return self._solve

    def states(self, given: Problem, tolerance: float) -> NDArray[np.float64]:
        plan = given.plan
        path = np.asarray(
            self._compiled()(given.parameters, plan.lengths, plan.doses_mg[:, 0], tolerance)
        )
        found = np.zeros((STATES, len(DAYS), len(given)))
        found[4 + ILL, 0] = given.body[ILLNESS]
        shown = np.flatnonzero(plan.output >= 0)
        found[:, plan.output[shown]] = path[:, shown].transpose(2, 1, 0)
        return found


class RoadRunner(Peer):
    """libRoadRunner (CVODE) on our SBML export: loaded once, parameters set anew for each
    person.
    """

    name, needs, people = "libRoadRunner (CVODE) on the SBML export", ("roadrunner",), 4
    _IDS = ("[clonazepam]", "effect", "tone", "severity", *FILTERS)

    def __init__(self) -> None:
        self._model: Any = None
        self._given: Problem | None = None
        self._settings: list[dict[str, float]] = []

    def _prepare(self, given: Problem) -> None:
        import roadrunner

        roadrunner.Logger.setLevel(roadrunner.Logger.LOG_ERROR)
        if self._given is given:
            return
        self._given, self._settings = given, []
        for i in range(len(given)):
            text = sbml(given.people, REGIMEN, load(), float(DAYS[-1]), index=i)
            if self._model is None:
                self._model = roadrunner.RoadRunner(text)
                self._model.timeCourseSelections = list(self._IDS)
            tree = ElementTree.fromstring(text)
            self._settings.append(
                {
                    e.attrib["id"]: float(
                        e.attrib["value" if e.tag.endswith("parameter") else "size"]
                    )
                    for e in tree.iter()
                    if e.tag.endswith(("}parameter", "}compartment"))
                    and e.get("constant") == "true"
                }
            )

    def outputs(self, given: Problem, tolerance: float) -> Outputs:
        self._prepare(given)
        model = self._model
        model.integrator.setValue("relative_tolerance", tolerance)
        model.integrator.setValue("absolute_tolerance", tolerance * 1e-3)
        # a simulator shows the level just after a dose, a course the level just before
        days = [0.0, *(DAYS[1:] - 1e-6)]
        tables = []
        for settings in self._settings:
            model.resetToOrigin()
            for name, value in settings.items():
                model.setValue(name, value)
            model.reset()
            tables.append(np.array(model.simulate(times=days)))
        path = np.stack(tables, axis=2)
        return {
            name.replace("[clonazepam]", "level.clonazepam"): path[:, i]
            for i, name in enumerate(self._IDS)
        }


class Reference(Peer):
    """Our own reference kernel: classical Runge–Kutta on the whole system, fixed steps [h]."""

    name, people, tolerances = "our reference kernel (RK4)", 16, (0.5, 0.25, 0.1, 0.05)

    def states(self, given: Problem, tolerance: float) -> NDArray[np.float64]:
        from homeostat.model.engine.reference import run_reference

        return run_reference(given.plan, given.body, tolerance)


PEERS: tuple[type[Peer], ...] = (Numbalsoda, RoadRunner, ScipyLsoda, Diffrax, Reference)


def ours(people: Any, threads: int) -> NDArray[np.float64]:
    """Run our engine from people to states."""
    set_num_threads(min(threads, os.cpu_count() or 1))
    given = twins.problem(people, REGIMEN, DAYS)
    return kernel.run(*given)


def loosest(peer: Peer, limit: float) -> tuple[float, float, float]:
    """Return the loosest tolerance whose largest error is within the limit, with its largest and
    median error.
    """
    given = problem(twins.standard(min(peer.people, 8)))
    right = twins.classical(given.people, REGIMEN, DAYS, 0.05)
    best = (float("nan"), float("inf"), float("inf"))
    for tolerance in peer.tolerances:
        try:
            found = twins.errors(peer.outputs(given, tolerance), right)
        except RuntimeError:
            continue
        if np.isfinite(found).all():
            best = (tolerance, float(found.max()), float(np.median(found)))
            if found.max() <= limit:
                break
    return best
