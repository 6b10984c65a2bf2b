"""The stacks for an accelerator come to what the compiled loops come to.

The same code runs with numpy, which is always there, and with PyTorch, which is an
optional extra: on a GPU where there is one, else on the processor.
"""

import pytest

from focalpoint.engines.ballistics import arrays
from focalpoint.engines.ballistics.compare import compare, ready
from focalpoint.engines.ballistics.many import compare_many
from focalpoint.engines.ballistics.parameters import parameters_for
from focalpoint.values.errors import BadInput
from tests.engines.ballistics.scans import COARSE, coarse, surface

# Correlations differ in the order of their sums only.
TOLERANCE = 2e-3
OTHERS = ("1-2", "F", "2-1")


def same(one, other) -> bool:
    pairs = list(zip(one.details, other.details, strict=True))
    return (
        (one.target, one.cmc, one.cells) == (other.target, other.cmc, other.cells)
        and one.angle_deg == pytest.approx(other.angle_deg, abs=0.05)
        and (one.dx_um, one.dy_um) == pytest.approx((other.dx_um, other.dy_um), abs=1)
        and all(a.congruent == b.congruent for a, b in pairs)
        and all(
            a.correlation == pytest.approx(b.correlation, abs=TOLERANCE)
            for a, b in pairs
        )
    )


def test_stacks_count_what_the_loops_count():
    targets = [coarse(f"Fadul {name}") for name in OTHERS]
    reference = coarse("Fadul 1-1")
    found = compare_many(reference, targets, COARSE, arrays.HERE)
    assert [one.cmc for one in found][2] <= 5 < 15 <= min(one.cmc for one in found[:2])
    for one, target in zip(found, targets, strict=True):
        assert same(one, compare(reference, target, COARSE))


def test_without_an_accelerator_the_loops_are_taken():
    assert arrays.chosen("cpu") is None
    reference, target = coarse("Fadul 1-1"), coarse("Fadul 2-1")
    (found,) = compare_many(reference, [target], COARSE)
    assert found == compare(reference, target, COARSE)


def test_the_published_rules_are_computed_here():
    given = parameters_for("original", 25.0)
    one, two = (ready(surface(f"Fadul {name}"), given) for name in ("1-1", "1-2"))
    (found,) = compare_many(one, [two], given, arrays.HERE)
    assert found == compare(one, two, given)


def test_a_device_that_is_not_there_is_named(monkeypatch):
    arrays.chosen.cache_clear()
    with pytest.raises(BadInput, match="no device"):
        arrays.chosen("abacus")
    monkeypatch.setitem(__import__("sys").modules, "torch", None)
    with pytest.raises(BadInput, match="PyTorch"):
        arrays.chosen("gpu")
    arrays.chosen.cache_clear()


@pytest.mark.gpu
@pytest.mark.slow
def test_pytorch_counts_what_the_loops_count():
    """Slow: loads PyTorch, and compares at full resolution."""
    torch = pytest.importorskip(
        "torch", reason="PyTorch is not installed: focalpoint[gpu]"
    )
    by = arrays.torch_on("cuda" if torch.cuda.is_available() else "cpu")
    given = parameters_for()
    one, *others = (ready(surface(f"Fadul {n}"), given) for n in ("1-1", *OTHERS))
    for found, target in zip(compare_many(one, others, given, by), others, strict=True):
        assert same(found, compare(one, target, given)), by.name
