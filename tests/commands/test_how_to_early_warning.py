"""The page "Check a series for early warning", followed word by word."""

import csv
import re
import shlex
import shutil
from pathlib import Path

from focalpoint.commands.detection import detect
from focalpoint.commands.detection_replay import replay

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
PAGE = HOW_TO / "check-a-series-for-early-warning.md"


def test_the_page_does_what_it_says(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    shutil.copy(HOW_TO / "practice-counts.csv", "counts.csv")
    Path("settings.json").write_text('[{"alpha": 0.001, "fdr": 0.05}]')
    page = PAGE.read_text(encoding="utf-8")
    lines = "\n".join(re.findall(r"```bash\n(.*?)```", page, re.S)).splitlines()
    said = {}
    for line in filter(None, map(str.strip, lines)):
        name, *words = shlex.split(line)
        if name == "mkdir":
            Path(words[0]).mkdir()
            continue
        command = {"detect": detect, "replay": replay}[words[0]]
        # A year of replaying takes seconds; a month shows that the line works.
        given = [word.replace("52", "4") for word in words[1:]]
        assert command(given) == 0, line
        said[line] = capsys.readouterr().out
    quoted = re.search(r"`(\d+ looks, .*?)`", page)
    assert quoted and quoted[1] in said["focalpoint detect counts.csv --out alarms.csv"]
    with Path("alarms.csv").open(encoding="utf-8") as stream:
        told = [row for row in csv.DictReader(stream) if row["alarm"] == "1"]
    assert [row["node"] for row in told] == ["converted-pistol-south"]
    assert f"`{told[0]['node']}`: 5 observed" in page
    assert (
        "no known outbreak is marked"
        in said["focalpoint replay counts.csv --periods 52 --out replay.csv"]
    )
    assert list(Path("figures").glob("*.svg"))
