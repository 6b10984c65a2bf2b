"""Upper bounds of a predicted count: power transformation and negative binomial.

References
----------
.. [1] Farrington et al., J. R. Stat. Soc. A 159 (1996) 547.
.. [2] Noufaily et al., Stat. Med. 32 (2013) 1206.
"""

import numpy as np
from scipy import special

from focalpoint.engines.detection.series import Array

EXPONENTS = {"2/3": 2 / 3, "1/2": 1 / 2, "none": 1.0}


def transformed(mu: Array, se: Array, phi: Array, alpha: float, power: str) -> Array:
    """Bound from a normal approximation of a power of the count.

    ``se`` is the standard error of the mean on the scale of counts.
    """
    exponent = EXPONENTS[power]
    with np.errstate(all="ignore"):
        tau = phi + se**2 / mu
        if power == "2/3":
            error = np.sqrt(4 / 9 * mu ** (1 / 3) * tau)
        elif power == "1/2":
            error = np.sqrt(1 / 4 * tau)
        else:
            error = np.sqrt(mu * tau)
        reach = special.ndtri(1 - alpha) * error
        sides = np.stack([mu**exponent - reach, mu**exponent + reach])
        sides = sides ** (1 / exponent)
    return np.asarray(np.fmax(sides[0], sides[1]))


def cumulative(count: Array, mu: Array, phi: Array) -> Array:
    """P(Y <= count) for a count with mean ``mu`` and variance ``phi mu``, phi >= 1."""
    with np.errstate(all="ignore"):
        spread = np.maximum(phi - 1.0, 1e-300)
        negative = special.betainc(mu / spread, count + 1.0, 1.0 / phi)
        poisson = special.gammaincc(count + 1.0, mu)
    values = np.where(phi > 1.0, negative, poisson)
    return np.asarray(np.where(count < 0, 0.0, values))


def upper_tail(count: Array, mu: Array, phi: Array) -> Array:
    """P(Y >= count) for a count with mean ``mu`` and variance ``phi mu``, phi >= 1."""
    with np.errstate(all="ignore"):
        spread = np.maximum(phi - 1.0, 1e-300)
        negative = special.betainc(
            np.maximum(count, 1e-300), mu / spread, 1.0 - 1.0 / phi
        )
        poisson = special.gammainc(np.maximum(count, 1e-300), mu)
    values = np.where(phi > 1.0, negative, poisson)
    return np.asarray(np.where(count <= 0, 1.0, values))


def quantile(level: float, mu: Array, phi: Array) -> Array:
    """Smallest count whose cumulative probability reaches ``level``.

    Poisson where ``phi`` is one, else negative binomial with variance ``phi mu``.
    The search starts from a normal approximation corrected for skewness, brackets the
    answer by doubling steps and halves the bracket: no library quantile is called,
    because those abort for extreme parameters.
    """
    mu, phi = np.broadcast_arrays(np.asarray(mu, float), np.asarray(phi, float))
    answer = np.full(mu.shape, np.nan)
    fine = np.isfinite(mu) & np.isfinite(phi) & (mu >= 0) & (phi >= 1)
    if not fine.any():
        return answer
    answer[fine] = _search(level, mu[fine], phi[fine])
    return answer


def _search(level: float, mu: Array, phi: Array) -> Array:
    level = level * (1 - 64 * np.finfo(float).eps)
    z = special.ndtri(level)
    deviation = np.sqrt(mu * phi)
    skewness = (2 * phi - 1) / np.maximum(deviation, 1e-300)
    start = np.floor(mu + deviation * (z + skewness * (z * z - 1) / 6) + 0.5)
    start = np.clip(np.where(np.isfinite(start), start, 0.0), 0.0, None)
    step = np.maximum(1.0, np.floor(0.001 * deviation))
    high, low = start.copy(), np.full_like(start, -1.0)
    todo = np.flatnonzero(cumulative(high, mu, phi) < level)
    low[todo] = high[todo]
    rising = todo
    while len(rising):
        high[rising] = low[rising] + step[rising]
        below = cumulative(high[rising], mu[rising], phi[rising]) < level
        rising = rising[below]
        low[rising] = high[rising]
        step[rising] *= 4
        rising = rising[high[rising] < 1e300]
    falling = np.setdiff1d(np.arange(len(mu)), todo)
    step = np.maximum(1.0, np.floor(0.001 * deviation))
    while len(falling):
        guess = np.maximum(high[falling] - step[falling], -1.0)
        at_least = cumulative(guess, mu[falling], phi[falling]) >= level
        low[falling] = np.where(at_least, low[falling], guess)
        high[falling] = np.where(at_least, guess, high[falling])
        step[falling] *= 4
        falling = falling[at_least]
    return _bisect(level, mu, phi, low, high)


def _bisect(level: float, mu: Array, phi: Array, low: Array, high: Array) -> Array:
    """Halve (low, high] until one count is left; low fails the level, high meets it."""
    open_ = np.flatnonzero(high - low > 1.0)
    while len(open_):
        middle = np.floor((low[open_] + high[open_]) / 2)
        stuck = (middle <= low[open_]) | (middle >= high[open_])
        enough = cumulative(middle, mu[open_], phi[open_]) >= level
        high[open_] = np.where(enough & ~stuck, middle, high[open_])
        low[open_] = np.where(~enough & ~stuck, middle, low[open_])
        open_ = open_[~stuck & (high[open_] - low[open_] > 1.0)]
    return high
