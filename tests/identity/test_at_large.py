"""A large run finds its candidates by SQL: the same leads, and whole after a kill."""

import pytest

from focalpoint.engines.resolution import batch
from focalpoint.identity import actions, at_large, firearms_at_large
from focalpoint.identity.models import Run
from focalpoint.leads.models import Lead
from focalpoint.records.models import Firearm, RegisterEdition
from tests import cast as people
from tests import make
from tests.identity.test_suggestions import kill_after, loaded_register

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return people.assemble()


@pytest.fixture
def guns(cast):
    for number in range(5):
        for kind in ("stolen", "recovered"):
            make.firearm(cast.alice, serial=f"{number}57{number}31", kind=kind)
    loaded_register(cast.south, [("157988", "zastava", "M70"), ("111111", "cz", "75")])
    make.firearm(cast.alice, serial="157988")


def found():
    return set(Lead.objects.values_list("key", "relation", "status"))


def test_a_large_run_pays_where_it_reads_little_more(cast, guns):
    assert not at_large.pays("firearm", at_large.LARGE - 1)
    assert at_large.pays("firearm", at_large.LARGE)
    RegisterEdition.objects.update(entries=5_000_000)
    assert not at_large.pays("firearm", at_large.LARGE)
    assert at_large.pays("firearm", 60_000)


def test_a_large_run_raises_what_a_small_one_raises(cast, guns, monkeypatch):
    monkeypatch.setattr(at_large, "LARGE", 1)
    run, _persons = actions.run_all()
    assert run.state == "done"
    assert not at_large.folder_of(run).exists()
    large = found()
    assert len(large) == 6
    taken = Firearm.objects.filter(source="Weapons register")
    assert [gun.serial for gun in taken] == ["157988"]
    monkeypatch.setattr(at_large, "LARGE", 10_000)
    actions.run_all(everything=True)
    assert found() == large


def test_a_large_run_that_was_killed_goes_on_with_its_pairs(cast, guns, monkeypatch):
    monkeypatch.setattr(at_large, "LARGE", 1)
    monkeypatch.setattr(actions, "SLICE", 4)
    kill_after(monkeypatch, 2)
    with pytest.raises(KeyboardInterrupt):
        actions.run_all()
    run = Run.objects.get(record_type="firearm")
    assert (at_large.folder_of(run) / at_large.PAIRS).is_file()
    monkeypatch.undo()
    monkeypatch.setattr(at_large, "LARGE", 1)
    monkeypatch.setattr(at_large, "_find", None)  # would fail: nothing is found anew
    resumed, _persons = actions.run_all()
    assert (resumed.pk, resumed.state) == (run.pk, "done")
    assert Lead.objects.count() == resumed.raised == 6


def test_a_kill_while_pairs_are_found_leaves_no_half_file(cast, guns, monkeypatch):
    monkeypatch.setattr(at_large, "LARGE", 1)

    def dies(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(batch, "link", dies)
    with pytest.raises(KeyboardInterrupt):
        actions.run_all()
    folder = at_large.folder_of(Run.objects.get(record_type="firearm"))
    assert list(folder.iterdir()) == []
    monkeypatch.undo()
    monkeypatch.setattr(at_large, "LARGE", 1)
    assert actions.run_all()[0].raised == 6


def test_a_first_comma_behind_many_rows_is_read(tmp_path):
    """The dialect of the file of a run is stated, not guessed from its first rows."""
    plain = Firearm(serial="A 1", calibre="9x19")
    odd = Firearm(serial="B 2", as_read={"calibre": '7,62 "x" 39\nmm'})
    rows = [*(("f1", plain) for _ in range(30_000)), ("f2", odd)]
    path = tmp_path / "a.csv"
    assert firearms_at_large._write(path, iter(rows)) == len(rows)
    connection = batch.connect(tmp_path, memory="500MB")
    try:
        firearms_at_large._load(connection, "a", path)
        last = "SELECT calibre FROM raw_a ORDER BY rid DESC LIMIT 1"
        assert connection.execute(last).fetchone() == ('7,62 "x" 39\nmm',)
    finally:
        connection.close()
