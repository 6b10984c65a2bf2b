"""From congruent cells to a bounded likelihood ratio, and what it rests on.

Counts of congruent cells are beta-binomial: among cases of one firearm with one pair of
parameters, among cases of different firearms with another. The ratio of both
probabilities is the likelihood ratio; it is bounded to what the reference population
can show (ELUB) and speaks of nothing outside that population.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import betaln, gammaln

from focalpoint.engines.ballistics.calibration import Cost, cost, elub
from focalpoint.engines.ballistics.parameters import Parameters, parameters_for

Floats = NDArray[Any]
Counts = NDArray[np.int64]
# A beta distribution narrower than this claims more than a few hundred pairs can tell.
PRECISION_MAX = 200.0


@dataclass(frozen=True, slots=True)
class BetaBinomial:
    """Distribution of a count among ``n`` whose probability itself varies."""

    a: float
    b: float

    def log(self, count: NDArray[np.generic], n: NDArray[np.generic]) -> Floats:
        """Natural logarithm of the probability of ``count`` among ``n``."""
        k, n = np.asarray(count, dtype=float), np.asarray(n, dtype=float)
        choose = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
        value: Floats = (
            choose + betaln(k + self.a, n - k + self.b) - betaln(self.a, self.b)
        )
        return value

    def at_least(self, count: int, n: int) -> float:
        """Probability of ``count`` or more among ``n``."""
        if count <= 0:
            return 1.0
        tail = np.arange(count, n + 1)
        return float(min(1.0, np.exp(self.log(tail, np.full(tail.size, n))).sum()))


def fit(count: Counts, n: Counts) -> BetaBinomial:
    """Maximum likelihood of a beta-binomial distribution.

    Half a pair with half of its cells congruent is added, so that a probability of
    zero is never claimed.
    """

    def cost_of(x: Floats) -> float:
        mean = 1 / (1 + np.exp(-x[0]))
        precision = min(np.exp(x[1]), PRECISION_MAX)
        model = BetaBinomial(mean * precision, (1 - mean) * precision)
        half = model.log(
            np.round(n.mean() / 2, 0).reshape(1), n.mean().round().reshape(1)
        )
        return -float(model.log(count, n).sum() + 0.5 * half[0])

    share = (count.sum() + 0.5) / (n.sum() + 1)
    start = np.array([np.log(share / (1 - share)), np.log(20.0)])
    x = minimize(cost_of, start, method="Nelder-Mead", options={"xatol": 1e-6}).x
    mean, precision = 1 / (1 + np.exp(-x[0])), min(np.exp(x[1]), PRECISION_MAX)
    return BetaBinomial(float(mean * precision), float((1 - mean) * precision))


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """Compared pairs of known origin.

    Attributes
    ----------
    title, mark : str
        What it is, and the type of mark it holds for.
    source_a, source_b : tuple of str
        Firearm of each side of each pair.
    cmc, cells : int, shape (n,)
    """

    title: str
    mark: str
    source_a: tuple[str, ...]
    source_b: tuple[str, ...]
    cmc: Counts
    cells: Counts

    @property
    def same(self) -> NDArray[np.bool_]:
        """Which pairs come from one firearm."""
        return np.array(
            [a == b for a, b in zip(self.source_a, self.source_b, strict=True)]
        )

    @property
    def firearms(self) -> list[str]:
        """The firearms in it."""
        return sorted({*self.source_a, *self.source_b})


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A fitted, bounded likelihood ratio."""

    same: BetaBinomial
    different: BetaBinomial
    bounds: tuple[float, float]
    population: Population

    def log10(self, cmc: int, cells: int) -> float:
        """Bounded log10 likelihood ratio of one result."""
        if cells <= 0:
            return 0.0
        value = unbounded(self.same, self.different, np.array([cmc]), np.array([cells]))
        return float(np.clip(value[0], *self.bounds))

    def by_chance(self, cmc: int, cells: int, searched: int) -> float:
        """How many of so many non-matches would show at least that many cells."""
        return searched * self.different.at_least(cmc, cells)


def unbounded(
    same: BetaBinomial, different: BetaBinomial, cmc: Counts, cells: Counts
) -> Floats:
    """Log10 likelihood ratios that never fall with a growing count."""
    out = np.empty(cmc.size)
    for n in np.unique(cells):
        every = np.arange(n + 1)
        ratio = same.log(every, np.full(n + 1, n)) - different.log(
            every, np.full(n + 1, n)
        )
        rising = np.maximum.accumulate(ratio) / np.log(10)
        chosen = cells == n
        out[chosen] = rising[np.minimum(cmc[chosen], n)]
    return out


def model_of(population: Population) -> Model:
    """Fit both distributions and find how far the likelihood ratio may go."""
    same = population.same
    one = fit(population.cmc[same], population.cells[same])
    other = fit(population.cmc[~same], population.cells[~same])
    ratios = unbounded(one, other, population.cmc, population.cells)
    return Model(one, other, elub(ratios[same], ratios[~same]), population)


def cross_validated(population: Population) -> tuple[Floats, Cost]:
    """Bounded log10 LRs, each from a model that has not seen the firearms of its pair.

    Returns
    -------
    log10_lr : float, shape (n,)
    cost : Cost
    """
    out = np.empty(population.cmc.size)
    a, b = np.array(population.source_a), np.array(population.source_b)
    for one, other in sorted(
        {(min(x, y), max(x, y)) for x, y in zip(a, b, strict=True)}
    ):
        mine = ((a == one) & (b == other)) | ((a == other) & (b == one))
        left = ~np.isin(a, [one, other]) & ~np.isin(b, [one, other])
        rest = Population(
            population.title,
            population.mark,
            tuple(a[left]),
            tuple(b[left]),
            population.cmc[left],
            population.cells[left],
        )
        model = model_of(rest)
        ratios = unbounded(
            model.same, model.different, population.cmc[mine], population.cells[mine]
        )
        out[mine] = np.clip(ratios, *model.bounds)
    same = population.same
    return out, cost(out[same], out[~same])


FADUL = (
    "Fadul 2011: 40 cases of 10 consecutively made 9 mm Ruger slides, one ammunition"
)
# File of the package, and the parameters with which its counts were made.
REFERENCES: dict[str, Parameters] = {
    "fadul_consensus_6.25um": parameters_for("consensus"),
    "fadul_consensus_25um": parameters_for("consensus", 25.0),
}


def read_population(name: str) -> Population:
    """A reference population of the package."""
    folder = resources.files("focalpoint.engines.ballistics") / "references"
    with (folder / f"{name}.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    return Population(
        title=FADUL,
        mark="breech face",
        source_a=tuple(row["slide_a"] for row in rows),
        source_b=tuple(row["slide_b"] for row in rows),
        cmc=np.array([int(row["cmc"]) for row in rows]),
        cells=np.array([int(row["cells"]) for row in rows]),
    )


@lru_cache(maxsize=8)
def model_for(parameters: Parameters) -> Model | None:
    """The model whose counts were made with exactly these parameters, if any."""
    for name, made_with in REFERENCES.items():
        if made_with == parameters:
            return model_of(read_population(name))
    return None
