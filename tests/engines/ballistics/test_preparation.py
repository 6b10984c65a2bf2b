"""Preparation from raw: the face is found, the rest dropped, every step kept."""

import json

import numpy as np
import pytest

from focalpoint.engines.ballistics import masks
from focalpoint.engines.ballistics.compare import compare, ready
from focalpoint.engines.ballistics.preparation import prepared
from focalpoint.engines.ballistics.surface import Surface
from focalpoint.engines.ballistics.x3p import Scan
from focalpoint.values.errors import BadInput
from tests.engines.ballistics.scans import COARSE, raw_face, rough

SIZE = 300


def regions() -> dict[str, np.ndarray]:
    rows, columns = (np.indices((SIZE, SIZE)) - SIZE / 2) * 12.5
    radius, inner = np.hypot(rows, columns), np.hypot(rows + 60, columns + 250)
    return {
        "face": (inner > 1080) & (radius < 1620),
        "flowed": (inner > 600) & (inner < 960),
        "rim": (radius > 1740) & (radius < 1800),
    }


@pytest.fixture(scope="module")
def result():
    return prepared(raw_face(3))


def test_the_face_is_found_and_the_rest_dropped(result):
    face = result.steps[0].mask
    where = regions()
    assert face[where["face"]].mean() > 0.9
    assert face[where["flowed"]].mean() < 0.02
    assert face[where["rim"]].mean() < 0.02


def test_spikes_are_dropped_and_marks_are_not(result):
    before, after = result.steps[0].mask, result.steps[1].mask
    assert 0 < before.sum() - after.sum() < 0.05 * before.sum()


def test_the_result_is_level_and_holds_the_marks(result):
    heights = result.surface.heights
    assert abs(np.nanmean(heights)) < 0.2e-6
    assert 0.5e-6 < np.nanstd(heights) < 3e-6
    assert result.surface.pitch_x == pytest.approx(6.25e-6)


@pytest.mark.slow
def test_two_raw_scans_with_the_same_marks_agree_others_do_not():
    """Slow: three raw scans prepared and compared."""
    marks = rough(SIZE, 20)
    noise = 0.2 * rough(SIZE, 21)
    one, two, other = (
        ready(prepared(raw_face(seed, found)).surface, COARSE)
        for seed, found in ((1, marks), (2, marks + noise), (3, rough(SIZE, 22)))
    )
    assert compare(one, two, COARSE).cmc >= 15
    assert compare(one, other, COARSE).cmc <= 5


def test_every_step_and_parameter_is_kept_with_the_file(result):
    kept = masks.kept(result, Scan(raw_face(3))).attachments
    told = json.loads(kept["focalpoint/preparation.json"])
    assert told["parameters"]["edge_um"] == 50.0
    assert told["mask"] == "found"
    assert [step["name"] for step in told["steps"]] == [
        "face",
        "outliers",
        "form",
        "pitch",
        "band",
    ]
    assert sum(name.endswith(".png") for name in kept) == 5


def test_a_person_can_correct_the_mask(result, tmp_path):
    raw = raw_face(3)
    drawn = result.steps[0].mask.copy()
    drawn[:, : SIZE // 2] = False
    (tmp_path / "mask.png").write_bytes(masks.png(drawn))
    again = prepared(raw, mask=masks.read(tmp_path / "mask.png", raw))
    assert again.by_hand
    assert not again.steps[-1].mask[:, : SIZE - 10].any()
    assert again.surface.shape[1] < result.surface.shape[1] / 1.5


def test_a_mask_of_another_size_or_kind_is_refused(tmp_path):
    raw = raw_face(3)
    (tmp_path / "small.png").write_bytes(masks.png(np.ones((5, 5), bool)))
    with pytest.raises(BadInput, match="5 x 5"):
        masks.read(tmp_path / "small.png", raw)
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(BadInput, match="not a picture"):
        masks.read(tmp_path / "text.png", raw)
    with pytest.raises(BadInput, match="leaves no measured point"):
        prepared(raw, mask=np.zeros((SIZE, SIZE), bool))


def test_a_scan_without_a_face_is_refused():
    steep = np.random.default_rng(0).normal(size=(120, 120)).cumsum(0) * 40e-6
    with pytest.raises(BadInput, match=r"face|outliers"):
        prepared(Surface(steep, 25e-6, 25e-6, name="rubble"))
