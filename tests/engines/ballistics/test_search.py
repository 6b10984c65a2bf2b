"""Collections: mates are found, classes filter, updates are small, spreading is free."""

import csv
import shutil

import numpy as np
import pytest

from focalpoint.engines.ballistics import indexing, rank, spread
from focalpoint.engines.ballistics.collection import Collection, Entry, Writer, could_be
from focalpoint.engines.ballistics.matrix import Source, scans_in
from focalpoint.engines.ballistics.relief import Evening, relief
from focalpoint.engines.ballistics.surface import Surface
from focalpoint.values.errors import BadInput
from tests.engines.ballistics.scans import path, rough, surface

NAMES = ("Fadul 1-1", "Fadul 1-2", "Fadul 2-1", "Fadul 2-2")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("scans")
    for name in NAMES:
        shutil.copy(path(name), made)
    with (made / "classes.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows(
            [
                ("scan", "calibre", "firing_pin", "breech_face"),
                ("Fadul 1-2", "9x19", "round", ""),
                ("Fadul 2-1", "7.65x17", "", ""),
            ]
        )
    return made


@pytest.fixture(scope="module")
def collection(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("collection") / "index"
    assert indexing.update(folder, out, Source()) == {
        "added": 4,
        "kept": 0,
        "dropped": 0,
    }
    writer = Writer(out)
    for seed in range(12):
        mask = np.isfinite(surface("Fadul F").heights[::4, ::4])
        size = mask.shape[0]
        made = np.where(mask, rough(size, seed, smooth=1), np.nan) * 1e-6
        writer.add(
            Entry(f"noise {seed}"),
            relief(Surface(made, 25e-6, 25e-6), 25.0, Evening()),
        )
    writer.close()
    return out


@pytest.fixture(scope="module")
def query(collection):
    return indexing.query(path("Fadul F"), collection, Source(), full_circle=False)


@pytest.fixture(scope="module")
def found(collection, query):
    return rank.search(collection, query, 6)


def test_the_scans_of_the_slide_come_first(found):
    searched, best = found
    assert searched == 16
    assert {one.scan for one in best[:2]} == {"Fadul 1-1", "Fadul 1-2"}
    assert [one.rank for one in best] == [1, 2, 3, 4, 5, 6]
    assert best[1].cmc >= 15 > 6 > best[2].cmc
    assert best[1].expected_by_chance < 0.1 < best[2].expected_by_chance


@pytest.mark.slow
def test_a_mate_of_which_half_is_missing_is_found(collection, tmp_path):
    """Slow: one whole search."""
    part = surface("Fadul F")
    cut = Surface(part.heights[: part.shape[0] // 2], part.pitch_x, part.pitch_y)
    made = relief(cut, 25.0, Evening())
    half = rank.Query("half", made, rank.query_parameters(25.0, full_circle=False))
    best = rank.search(collection, half, 2)[1]
    assert {one.scan for one in best} == {"Fadul 1-1", "Fadul 1-2"}


@pytest.mark.slow
def test_classes_that_differ_are_left_out_unknown_ones_stay(collection, query):
    """Slow: one whole search."""
    like = Entry("query", calibre="9x19", firing_pin="square")
    searched, best = rank.search(collection, query, 20, like)
    assert searched == 14
    assert not {"Fadul 1-2", "Fadul 2-1"} & {one.scan for one in best}
    assert could_be(Entry("a", calibre="9X19"), Entry("b", calibre="9x19"))


def test_what_is_stored_is_the_relief_to_a_byte(collection):
    opened = Collection(collection)
    stored = opened.relief(0)
    direct = relief(surface("Fadul 1-1"), 25.0, Evening())
    np.testing.assert_array_equal(stored.mask, direct.mask)
    # Half a step of 1/126 of the largest height.
    assert np.abs(stored.heights - direct.heights).max() <= 2.5 / 126 / 2 + 1e-6


def test_an_update_reads_only_what_changed(folder, tmp_path):
    scans, out = tmp_path / "scans", tmp_path / "index"
    shutil.copytree(folder, scans)
    indexing.update(scans, out, Source())
    (scans / "Fadul 2-2.x3p").unlink()
    shutil.copy(path("Fadul F"), scans / "Fadul 2-1.x3p")
    changes = indexing.update(scans, out, Source())
    assert changes == {"added": 1, "kept": 2, "dropped": 1}
    query = indexing.query(path("Fadul F"), out, Source(), full_circle=False)
    searched, best = rank.search(out, query, 5)
    assert searched == 3
    assert best[0].scan == "Fadul 2-1"
    assert best[0].cmc == best[0].cells
    assert indexing.update(scans, out, Source())["added"] == 0


def test_what_was_added_but_not_closed_does_not_count(folder, tmp_path):
    out = tmp_path / "index"
    indexing.update(folder, out, Source())
    writer = Writer(out)
    writer.add(Entry("half"), relief(surface("Fadul F"), 25.0, Evening()))
    writer.leave()
    assert Collection(out).count == 4
    # The next writer drops what the last one left behind.
    again = Writer(out)
    again.close()
    assert Collection(out).relief(3).mask.sum() > 0


def test_another_folder_and_another_pixel_are_refused(folder, tmp_path):
    with pytest.raises(BadInput, match="no index"):
        Collection(tmp_path)
    with pytest.raises(BadInput, match="not empty"):
        Writer(folder)
    indexing.update(folder, tmp_path / "index", Source())
    with pytest.raises(BadInput, match="pixel of 25"):
        Writer(tmp_path / "index", 20.0)
    with pytest.raises(BadInput, match="10 to 50"):
        Writer(tmp_path / "fine", 3.0)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_local_cluster_finds_the_same(collection, query, found, monkeypatch):
    """Slow: starts a Dask scheduler and a worker."""
    from distributed import LocalCluster

    # Dask asks the network for its own address; the tests have none.
    monkeypatch.setattr("distributed.utils._get_ip", lambda *_, **__: "127.0.0.1")

    with (
        LocalCluster(
            n_workers=1,
            threads_per_worker=1,
            processes=False,
            host="127.0.0.1",
            protocol="tcp://",
            dashboard_address=None,
        ) as cluster,
        spread.over_machines(cluster.scheduler_address) as each,
    ):
        assert rank.search(collection, query, 6, each=each) == found


def test_a_scheduler_that_does_not_answer_is_named():
    with (
        pytest.raises(BadInput, match="does not answer"),
        spread.over_machines("nonsense://nowhere"),
    ):
        pass


def test_two_files_of_one_name_are_refused(tmp_path):
    for name in ("a.x3p", "a.X3P"):
        (tmp_path / name).touch()
    with pytest.raises(BadInput, match="same name"):
        scans_in(tmp_path)
