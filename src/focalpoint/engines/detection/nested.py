"""The joint probability of nested sums, carried from window to window in compiled code.

Sums over windows that end now are nested, so that the chance that *any* of them reaches
a value as unusual as the most unusual one observed follows from the distribution of the
running sum. What has already reached its critical value is taken out and added up; only
positive numbers are ever added, so that the smallest probabilities keep their digits.
"""

import numba
import numpy as np

from focalpoint.engines.detection.series import Array

REST = 1e-13  # a branch of the recursion that carries less is left out


@numba.njit(cache=True)
def fill(mu: float, phi: float, limit: int, out: Array) -> float:
    """P(Y = 0..limit-1) for mean ``mu``, variance ``phi mu``; returns what lies above."""
    extra = phi - 1.0
    out[0] = np.exp(-mu * np.log(phi) / extra) if extra > 1e-6 else np.exp(-mu)
    below = out[0]
    for count in range(limit - 1):
        out[count + 1] = out[count] * (mu + count * extra) / (phi * (count + 1))
        below += out[count + 1]
    return max(1.0 - below, 0.0) if 1.0 - below > REST else 0.0


@numba.njit(cache=True)
def _with_batches(out: Array, above: float, batch: Array, limit: int) -> float:
    """Mix in batches: ``batch[c]`` is P(a batch makes at least c); what lies above."""
    whole = batch[0]
    for count in range(limit):
        out[count] = (1.0 - whole) * out[count] + batch[count] - batch[count + 1]
    return float((1.0 - whole) * above + batch[limit])


@numba.njit(cache=True)
def _stretch(
    means: Array,
    done: int,
    until: int,
    node: float,
    phi: float,
    batch: Array,
    limit: int,
    out: Array,
) -> float:
    """The law of the count from ``done`` to ``until`` periods back; what lies above.

    Below zero where nothing was observed.
    """
    mean = 0.0
    for k in range(done, until):
        mean += means[len(means) - 1 - k]
    if mean <= 0.0:
        return -1.0
    above = fill(mean * node, phi, limit, out)
    if batch[0] > 0.0:
        above = _with_batches(out, above, batch, limit)
    return above


@numba.njit(cache=True)
def _clip(out: Array, above: float, clip: int, limit: int) -> float:
    """Counts beyond ``clip`` count as ``clip``; what lies above the limit."""
    if clip >= limit:
        return above
    total = above
    for count in range(clip, limit):
        total += out[count]
    out[clip] = total
    return 0.0


@numba.njit(cache=True)
def _convolve(
    carried: Array, top: int, step: Array, wide: int, limit: int, moved: Array
) -> None:
    """Add one more stretch to the running sum, in place, up to ``limit``."""
    for c in range(limit):
        moved[c] = 0.0
    for d in range(top):
        if carried[d] > 0.0:
            for c in range(min(wide, limit - d)):
                moved[d + c] += carried[d] * step[c]
    for c in range(limit):
        carried[c] = moved[c]


@numba.njit(cache=True)
def _survivals(
    means: Array,
    lengths: Array,
    longest: int,
    nodes: Array,
    mixing: Array,
    phi: float,
    batch: Array,
    clip: int,
    limit: int,
    survival: Array,
    work: Array,
) -> None:
    """P(sum >= c) of each window by itself, c = 0..limit, into ``survival`` (W, C)."""
    step, carried, moved = work[0], work[1], work[2]
    periods = len(means)
    plain = batch[0] == 0.0
    for w in range(len(lengths)):
        for c in range(limit + 1):
            survival[w, c] = 0.0
    for j in range(len(mixing)):
        over, done, w = 0.0, 0, 0
        for c in range(limit):
            carried[c] = 0.0
        carried[0] = 1.0
        while w < len(lengths) and lengths[w] <= longest:
            while done < lengths[w]:
                # Without batches a whole stretch is one negative binomial.
                until = lengths[w] if plain else done + 1
                above = _stretch(means, done, until, nodes[j], phi, batch, limit, step)
                done = until
                if above < 0.0:
                    continue
                if done == 1:
                    tail = above
                    for c in range(limit - 1, -1, -1):
                        tail += step[c]
                        survival[0, c] += mixing[j] * tail
                    survival[0, limit] += mixing[j] * above
                    above = _clip(step, above, clip, limit)
                wide = limit
                if not plain:
                    above = _clip(step, above, clip, limit)
                    wide = min(clip + 1, limit)
                over += (1.0 - over) * above
                _convolve(carried, limit, step, wide, limit, moved)
            if w > 0 or lengths[w] > 1 or means[periods - 1] <= 0.0:
                total = 0.0
                for c in range(limit):
                    total += carried[c]
                over = max(over, 1.0 - total if 1.0 - total > REST else 0.0)
                tail = over
                survival[w, limit] += mixing[j] * tail
                for c in range(limit - 1, -1, -1):
                    tail += carried[c]
                    survival[w, c] += mixing[j] * min(tail, 1.0)
            w += 1


@numba.njit(cache=True)
def _reached(
    means: Array,
    lengths: Array,
    share: Array,
    longest: int,
    critical: Array,
    nodes: Array,
    mixing: Array,
    phi: float,
    batch: Array,
    clip: int,
    limit: int,
    gate: int,
    gated: int,
    work: Array,
) -> float:
    """P(some window reaches its critical sum), and the last ``gated`` periods ``gate``.

    With ``gate`` 0 the second condition is none.
    """
    step, carried, moved = work[0], work[1], work[2]
    plain = batch[0] == 0.0
    answer = 0.0
    for j in range(len(mixing)):
        done, w, hit = 0, 0, 0.0
        for c in range(limit):
            carried[c] = 0.0
        carried[0] = 1.0
        top = 1
        while w < len(lengths) and lengths[w] <= longest:
            bound = critical[w] if share[w] > 0.0 else limit
            before = 0.0
            for c in range(top):
                before += carried[c]
            kept_above = 0.0
            while done < lengths[w]:
                until = lengths[w] if plain else done + 1
                above = _stretch(means, done, until, nodes[j], phi, batch, limit, step)
                done = until
                if above < 0.0:
                    continue
                if done == 1:
                    # The last period counts whole for its own window, clipped later.
                    first = max(bound, gate)
                    for c in range(first, limit):
                        hit += step[c]
                    hit += above
                    for c in range(min(first if gated > 1 else bound, limit), limit):
                        step[c] = 0.0
                    above = 0.0
                    if gated == 1:
                        for c in range(min(gate, limit)):
                            step[c] = 0.0
                    if clip < limit:
                        _clip(step, 0.0, clip, limit)
                    for c in range(limit):
                        carried[c] = step[c]
                    top = limit
                    continue
                wide = limit
                if not plain:
                    above = _clip(step, above, clip, limit)
                    wide = min(clip + 1, limit)
                mass = 0.0
                for c in range(top):
                    mass += carried[c]
                kept_above += mass * above
                _convolve(carried, top, step, wide, limit, moved)
                top = limit
            if w > 0 or lengths[w] > 1:
                if lengths[w] == gated:
                    for c in range(min(gate, limit)):
                        carried[c] = 0.0
                # What reaches a bound below the gate has not yet passed the gate.
                first = max(bound, gate) if lengths[w] < gated else bound
                for c in range(min(first, limit), limit):
                    hit += carried[c]
                    carried[c] = 0.0
                hit += kept_above
                top = min(first, limit)
            w += 1
        answer += mixing[j] * hit
    return answer


@numba.njit(cache=True)
def joint(
    seen: Array,
    means: Array,
    lengths: Array,
    share: Array,
    nodes: Array,
    mixing: Array,
    phi: Array,
    batch: Array,
    clip: Array,
    limits: Array,
    gate: Array,
    gated: int,
) -> Array:
    """P(as unusual), P(more unusual), smallest scaled tail and its window; (S, 4).

    Parameters
    ----------
    seen : (S, W) int array
        Sums of the windows, clipped but for the first.
    means : (S, 13) array
        Expected counts, the last period last.
    lengths, share : (W,) and (S, W) arrays
        Periods of each window, and its share of the error rate.
    nodes, mixing : (S, J) and (J,) arrays
        The uncertainty of the rate.
    phi : (S,) array
        Dispersion.
    batch : (S, C) array
        P(a batch makes at least c in one period); all zero without batches.
    clip, limits : (S,) int arrays
        Largest count of one period in a longer window; largest sum carried.
    gate, gated : (S,) int array and int
        Least sum of the last ``gated`` periods with which anything is unusual. What
        fails it comes after all that passes it, in the order of unusualness.
    """
    size, windows = seen.shape
    most = limits.max() + 2
    answer = np.empty((size, 4))
    work = np.zeros((3, most))
    survival = np.empty((windows, most + 1))
    critical = np.empty(windows, dtype=np.int64)
    at = 0
    for w in range(windows):
        if lengths[w] == gated:
            at = w
    for s in range(size):
        limit, longest = limits[s], 1
        for w in range(windows):
            if share[s, w] > 0.0 or w == at:
                longest = max(longest, lengths[w])
        _survivals(
            means[s], lengths, longest, nodes[s], mixing, phi[s], batch[s], clip[s],
            limit, survival, work,
        )  # fmt: skip
        smallest, best = np.inf, 0
        for w in range(windows):
            if share[s, w] > 0.0:
                scaled = survival[w, min(seen[s, w], limit)] / share[s, w]
                if scaled < smallest:
                    smallest, best = scaled, w
        answer[s, 2], answer[s, 3] = smallest, best
        passes = seen[s, at] >= gate[s]
        chance = survival[at, min(gate[s], limit)] if gate[s] > 0 else 1.0
        for side in range(2):
            level = smallest * (1 + 1e-9) if side == 0 else smallest * (1 - 1e-9)
            for w in range(windows):
                critical[w] = limit + 1
                if share[s, w] > 0.0:
                    for c in range(limit + 1):
                        if survival[w, c] <= level * share[s, w]:
                            critical[w] = c
                            break
            inside = _reached(
                means[s], lengths, share[s], longest, critical, nodes[s], mixing,
                phi[s], batch[s], clip[s], limit, gate[s], gated, work,
            )  # fmt: skip
            if passes:
                answer[s, side] = inside
            else:
                whole = _reached(
                    means[s], lengths, share[s], longest, critical, nodes[s], mixing,
                    phi[s], batch[s], clip[s], limit, 0, gated, work,
                )  # fmt: skip
                answer[s, side] = min(chance + max(whole - inside, 0.0), 1.0)
    return answer
