"""The whole demonstration, in order: people, files, casework, published examples."""

import datetime
import tempfile
from collections.abc import Callable
from importlib.resources import as_file
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

from focalpoint.accounts.access import SYSTEM
from focalpoint.accounts.models import Unit
from focalpoint.demo import casework, deliveries, office, people
from focalpoint.identity import actions as identity
from focalpoint.records import registry
from focalpoint.simulation import scenario
from focalpoint.values.errors import BadInput

Say = Callable[[str], None]


def load(size: str, seed: int, until: datetime.date, say: Say) -> None:
    """Load the demonstration into an instance that holds nothing yet."""
    refuse_unless_empty()
    made = scenario.build(seed, size, until)
    say(f"{len(made.lives.events):,} invented events in six years")
    with tempfile.TemporaryDirectory(prefix="focalpoint-demo-") as name:
        folder = Path(name)
        made.write(folder)
        units = people.make_units()
        users = people.make_accounts(units)
        for edition in deliveries.consult(made.tables, folder, units, users):
            say(f"{edition.register}: {edition.entries:,} entries to be consulted")
        for batch in deliveries.deliver(made.tables, folder, units, users):
            say(_line(batch))
        casework.work(made, folder / "files", units, users, say)
        say(f"{office.run(units, users)} surrendered firearms destroyed")
    examples(units[people.EXAMPLES], say)
    for run in identity.run_all(by=SYSTEM):
        title = registry.get(run.record_type).title_plural
        say(f"{run.done:,} {title} compared, {run.raised:,} leads")


def examples(unit: Unit, say: Say) -> None:
    """Import the two published files under senders of their own."""
    for name in ("crime_gun_traces.csv", "stolen_guns_list.csv"):
        with as_file(resources("focalpoint.demo").joinpath("examples", name)) as path:
            title = f"Examples: published US records, {name.replace('_', ' ')}"
            batch = deliveries.receive({title: path}, by=SYSTEM, unit=unit)
        say(_line(batch))


def is_loaded() -> bool:
    """Whether this instance holds the demonstration."""
    return people.path().is_file()


def refuse_unless_empty() -> None:
    """Keep invented data out of an instance that holds anything."""
    for kind in registry.RECORD_TYPES.values():
        if kind.model._default_manager.exists():
            raise BadInput(
                "this instance holds records already (%(kind)s); the demonstration "
                "is loaded only into an empty one: set FOCALPOINT_HOME to a new folder "
                "and run 'focalpoint init --no-admin' first",
                kind=str(kind.model._meta.verbose_name_plural),
            )


def _line(batch: Any) -> str:
    names = ", ".join(dict.fromkeys(batch.tables.values_list("file", flat=True)))
    return "{names}: {read:,} rows, {accepted:,} accepted".format(
        names=names, **{k: batch.report[k] for k in ("read", "accepted")}
    )
