"""Many tests in one run: which may be told, and how many an analyst can read.

References
----------
.. [1] Benjamini, Hochberg, J. R. Stat. Soc. B 57 (1995) 289.
"""

import numpy as np
import numpy.typing as npt

from focalpoint.engines.detection.series import Array


def q_values(p: Array) -> Array:
    """Benjamini-Hochberg q value of each p value, (S,); NaN stays NaN, uncounted.

    A test is told at rate q when its q value is at most q.
    """
    answer = np.full(len(p), np.nan)
    known = np.flatnonzero(~np.isnan(p))
    if not len(known):
        return answer
    order = known[np.argsort(p[known], kind="stable")]
    raised = p[order] * len(known) / np.arange(1, len(known) + 1)
    answer[order] = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1.0)
    return answer


def within_budget(strength: Array, budget: int) -> npt.NDArray[np.bool_]:
    """The ``budget`` strongest (smallest) values; all of them where budget is 0."""
    answer = np.ones(len(strength), dtype=bool)
    if budget and len(strength) > budget:
        answer[np.argsort(strength, kind="stable")[budget:]] = False
    return answer
