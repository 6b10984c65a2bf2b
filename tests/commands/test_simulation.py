"""``focalpoint simulate`` writes a region to a new folder, or says why not."""

from focalpoint import cli


def test_a_region_is_written_and_its_tables_listed(tmp_path, capsys):
    code = cli.main(["simulate", "--out", str(tmp_path / "r"), "--size", "tiny"])
    printed = capsys.readouterr()
    assert code == 0
    assert "police-rs.xlsx#Оружје\t" in printed.out
    assert "events written" in printed.err
    made = {path.name for path in (tmp_path / "r").iterdir()}
    assert made == {"files", "mappings", "truth"}


def test_a_linkage_set_is_written(tmp_path, capsys):
    target = tmp_path / "set"
    assert cli.main(["simulate", "--out", str(target), "--linkage", "500"]) == 0
    assert capsys.readouterr().out == "records.csv\t500\n"
    assert len((target / "truth.csv").read_text("utf-8").splitlines()) == 501


def test_a_folder_that_is_in_use_is_left_alone(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("mine")
    assert cli.main(["simulate", "--out", str(tmp_path), "--size", "tiny"]) == 2
    assert "is not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_wrong_size_leaves_nothing_behind(tmp_path, capsys):
    assert cli.main(["simulate", "--out", str(tmp_path / "r"), "--size", "giant"]) == 2
    assert "tiny, small, large" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_wrong_day_is_one_line(tmp_path, capsys):
    code = cli.main(["simulate", "--out", str(tmp_path / "r"), "--until", "soon"])
    assert code == 2
    assert capsys.readouterr().err.count("\n") == 1
