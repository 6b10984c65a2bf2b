"""``focalpoint simulate``: write a made-up region's files and its truth to a folder."""

import datetime
import shutil
import sys
import tempfile
from pathlib import Path

from focalpoint.commands.arguments import Parser
from focalpoint.values.errors import BadInput


def simulate(argv: list[str]) -> int:
    """Run the command with its arguments."""
    options = _parser().parse_args(argv)
    target = Path(options.out)
    if options.linkage is None:
        _region(target, options.seed, options.size, _day(options.until))
    else:
        _linkage(target, options.linkage, options.seed, options.level)
    return 0


def _parser() -> Parser:
    parser = Parser(
        prog="focalpoint simulate",
        description="Write the files of a made-up region, and the truth about them.",
    )
    parser.add_argument("--out", required=True, help="folder to write; must be new")
    parser.add_argument("--seed", type=int, default=1, help="same seed, same bytes")
    parser.add_argument("--size", default="small", help="tiny, small or large")
    parser.add_argument(
        "--until",
        default="2025-12-31",
        help="last day of the six years, as 2025-12-31",
    )
    parser.add_argument(
        "--linkage",
        type=int,
        metavar="RECORDS",
        help="no region, but one table of that many records for measuring linkage",
    )
    parser.add_argument("--level", default="middle", help="dirt: low, middle or high")
    return parser


def _region(target: Path, seed: int, size: str, until: datetime.date) -> None:
    from focalpoint.simulation import scenario

    made = scenario.build(seed, size, until)
    with _Draft(target) as draft:
        sheets = made.write(draft)
    for sheet in sheets:
        place = f"{sheet.file}#{sheet.sheet}" if sheet.sheet else sheet.file
        print(f"{place}\t{sheet.rows}")
    print(f"{len(made.lives.events)} events written to {target}", file=sys.stderr)


def _linkage(target: Path, records: int, seed: int, level: str) -> None:
    from focalpoint.simulation import linkage

    made = linkage.linkage_set(records, seed=seed, level=level)
    with _Draft(target) as draft:
        made.write(draft / "records.csv", draft / "truth.csv")
    print(f"records.csv\t{len(made)}")


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise BadInput(
            "%(text)s is not a day; write it as 2025-12-31", text=text
        ) from None


class _Draft:
    """A folder that gets its name only when everything in it is written."""

    def __init__(self, target: Path) -> None:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise BadInput(
                "%(folder)s is not empty; give a new folder", folder=str(target)
            )
        if not target.absolute().parent.is_dir():
            raise BadInput(
                "there is no folder %(folder)s; make it first",
                folder=str(target.absolute().parent),
            )
        self.target = target
        self.draft = Path()

    def __enter__(self) -> Path:
        where = self.target.absolute().parent
        self.draft = Path(tempfile.mkdtemp(prefix=f".{self.target.name}.", dir=where))
        return self.draft

    def __exit__(self, kind: object, _problem: object, _trace: object) -> None:
        if kind is None:
            if self.target.exists():
                self.target.rmdir()
            self.draft.chmod(0o755)
            self.draft.rename(self.target)
        else:
            shutil.rmtree(self.draft, ignore_errors=True)
