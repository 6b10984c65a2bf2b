"""Fill an instance with firearms for the benchmarks, past the actions, in bulk.

    FOCALPOINT_HOME=/tmp/bench .venv/bin/python benchmarks/fill.py --firearms 1000000

Makes units, people (``region``, ``state``: analysts; password ``benchmark``), firearms
and their search index on the database that FOCALPOINT_DATABASE names. Same seed, same
data. The rows go in by COPY on PostgreSQL and by executemany on SQLite.
"""

import argparse
import os
import random
import sys
import time
from collections import Counter
from datetime import date, timedelta
from types import SimpleNamespace

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "focalpoint.settings")

PLACES = [
    (("Preševo", "Preshevë", "Južna Srbija"), 42.31, 21.65),
    (("Batrovci", "Šid", "Srem"), 45.05, 19.10),
    (("Niš", "Niš", "Nišavski okrug"), 43.32, 21.90),
    (("Ђорђевићево", "Врање", "Пчињски округ"), 42.55, 21.90),
    (("Durrës", "Durrës", "Durrës"), 41.32, 19.45),
    (("Bălți", "Bălți", "Nord"), 47.76, 27.93),
    (("Bijeljina", "Bijeljina", "Semberija"), 44.76, 19.21),
    (("Tetovo", "Тетово", "Полог"), 42.01, 20.97),
    (("Podgorica", "Podgorica", "Zeta"), 42.44, 19.26),
    (("Prishtina", "Priština", "Prishtina"), 42.66, 21.16),
]
SPOTS = [
    f"{name} {number}"
    for name in ("Ulica", "Rruga", "Strada", "Put")
    for number in range(1, 400)
]
MODELS = [
    "M70",
    "M57",
    "M88",
    "CZ99",
    "M70AB2",
    "92FS",
    "PM",
    "TT33",
    "M48",
    "G17",
    "P-64",
    "Firat",
]
REMARKS = [
    "found in a car",
    "handed in at the counter",
    "hidden behind a panel",
    "in a well",
    "during a search",
    "",
]
STATES = ["al", "ba", "xk", "md", "me", "mk", "rs"]
TABLES = (
    "records_firearm",
    "records_searchdocument",
    "records_serialkey",
    "records_facetcount",
)
PORTION = 20_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--firearms", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    import django

    django.setup()
    from django.core.management import call_command

    from focalpoint.records import fulltext
    from focalpoint.web.management.commands.init import make_folders_and_keys

    make_folders_and_keys()
    call_command("migrate", verbosity=0, interactive=False)
    units = make_people()
    EVENTS[:] = events()
    MODEL_WORDS.update(models())
    started = time.perf_counter()
    without_triggers()
    write_all(arguments.firearms, random.Random(arguments.seed), units)
    fulltext.lay_out()
    fulltext.rebuild()
    settle_statistics()
    print(f"{arguments.firearms:,} firearms in {time.perf_counter() - started:,.0f} s")


def make_people() -> list:
    from focalpoint.accounts.models import Membership, Unit, User

    region = Unit.objects.create(code="region", name="Region", path="/region/")
    stations = []
    for state in STATES:
        top = Unit.objects.create(
            code=state,
            name=f"State {state}",
            jurisdiction=state,
            parent=region,
            path=f"/region/{state}/",
        )
        for number in range(8):
            code = f"{state}-{number}"
            stations.append(
                Unit.objects.create(
                    code=code,
                    name=f"Station {code}",
                    jurisdiction=state,
                    parent=top,
                    path=f"{top.path}{code}/",
                )
            )
    for name, unit in (
        ("region", region),
        ("state", stations[-1].parent),
        ("station", stations[-1]),
    ):
        user = User.objects.create_user(username=name, password="benchmark")
        user.second_factor_waived = True
        user.save()
        Membership.objects.create(user=user, role="analyst", unit=unit)
    return stations


def write_all(count: int, chance: random.Random, units: list) -> None:
    """Write firearms, documents, numbers and counts, a portion at a time."""
    from focalpoint.records.models import FacetCount, Firearm, SearchDocument, SerialKey

    gun = Firearm()
    guns, documents = Writer(Firearm, VARYING), Writer(SearchDocument, DOCUMENT)
    keys = Writer(SerialKey)
    counted: Counter = Counter()
    numbers = 0
    for number in range(1, count + 1):
        set_firearm(gun, chance, units, number)
        event = EVENTS[chance.randrange(len(EVENTS))]
        row = document(number, gun, event)
        if number % 1000 == 1:
            compare(row, gun, event)
        guns.add(gun)
        documents.add(row)
        counted[gun.unit_id, gun.handling, row.facets, row.date[:7]] += 1
        if gun.serial_normal:
            numbers += 1
            keys.add(number_row(numbers, number, gun.serial_normal))
        if number % PORTION == 0 or number == count:
            for writer in (guns, documents, keys):
                writer.flush()
            print(f"{number:,} of {count:,}", file=sys.stderr, flush=True)
    write_counts(Writer(FacetCount), add_up(counted))


def document(number: int, gun, event) -> SimpleNamespace:
    """Return the row of the index that ``index.document`` would make, only faster."""
    unit, jurisdiction = gun.unit_id, gun.jurisdiction
    reference = gun.reference.replace("-", "").lower()
    model = MODEL_WORDS[gun.model]
    tokens = (
        f"unit={unit} ref={reference} kind={gun.kind} type={gun.type} make={gun.make} "
        f"calibre={gun.calibre} "
        f"origin_class={gun.origin_class} jurisdiction={jurisdiction} source=register "
        f"key={gun.source_key} {model.tokens} {event.tokens}"
    )
    seized = " seized=1" if gun.kind == "recovered" else ""
    words = " ".join(words_in(gun, model))
    facets = (gun.kind, gun.type, gun.make, gun.calibre, gun.origin_class, jurisdiction)
    return SimpleNamespace(
        id=number,
        record=gun.pk,
        record_type="firearm",
        unit_id=unit,
        handling=gun.handling,
        date=gun.event_date,
        lat=event.lat,
        lon=event.lon,
        facets="|".join(facets),
        text=f" {tokens}{seized} {words} {event.words} ",
    )


def words_in(gun, model):
    from focalpoint.records.words import words_of

    yield model.words
    yield from words_of(gun.serial)
    if gun.remarks:
        yield gun.remarks


def compare(row, gun, event) -> None:
    """Refuse to fill a database with documents that are not as the index makes them."""
    from focalpoint.records import index, registry

    true = index.document(registry.get("firearm"), gun, event)
    for name in ("facets", "date", "lat", "handling", "record"):
        if getattr(true, name) != getattr(row, name):
            raise SystemExit(f"{name}: {getattr(row, name)} is not as the index has it")
    if set(true.text.split()) != set(row.text.split()):
        raise SystemExit(f"{row.text}\nis not as the index has it:\n{true.text}")


def number_row(key: int, number: int, normal: str) -> SimpleNamespace:
    from focalpoint.records.models.search_document import number_forms

    return SimpleNamespace(id=key, document_id=number, **number_forms(normal))


def events() -> list:
    """Return the places of events with their words, as the index has them."""
    from focalpoint.records.words import variants, words_of

    found = []
    for (place, municipality, region), lat, lon in PLACES:
        for spot in SPOTS:
            names = {
                "place": f"{place}, {spot}",
                "municipality": municipality,
                "region": region,
            }
            words = [word for name in names.values() for word in words_of(name)]
            found.append(
                SimpleNamespace(
                    **names,
                    lat=lat,
                    lon=lon,
                    words=" ".join([*words, *variants(words)]),
                    tokens=" ".join(f"place={word}" for word in dict.fromkeys(words)),
                )
            )
    return found


def models() -> dict:
    from focalpoint.records.words import joined, words_of

    return {
        name: SimpleNamespace(
            words=" ".join(words_of(name)),
            tokens=" ".join(
                f"model={word}"
                for word in dict.fromkeys([*words_of(name), joined(name)])
            ),
        )
        for name in MODELS
    }


def add_up(counted: Counter) -> Counter:
    from focalpoint.records import registry

    names = registry.get("firearm").facets
    sums: Counter = Counter()
    for (unit, handling, facets, month), number in counted.items():
        gate = (unit, handling, True, "")
        sums["firearm", "", "", *gate] += number
        sums["firearm", "month", month, *gate] += number
        for name, value in zip(names, facets.split("|"), strict=True):
            if value:
                sums["firearm", name, value, *gate] += number
    return sums


EVENTS: list = []
MODEL_WORDS: dict = {}
DOCUMENT = (
    *("id", "record", "record_type", "unit_id", "handling", "date", "lat", "lon"),
    *("facets", "text"),
)


def write_counts(writer, counted: Counter) -> None:
    from focalpoint.records.models import FacetCount

    for number, (key, total) in enumerate(counted.items(), 1):
        record_type, field, value, unit, handling, is_complete, led_category = key
        writer.add(
            FacetCount(
                pk=number,
                record_type=record_type,
                field=field,
                value=value,
                unit_id=unit,
                handling=handling,
                is_complete=is_complete,
                led_category=led_category,
                count=total,
            )
        )
    writer.flush()


VARYING = (
    *("id", "reference", "unit_id", "jurisdiction", "handling", "source", "source_key"),
    *("kind", "type", "make", "model", "calibre", "serial", "serial_normal"),
    *("serial_status", "serial_known", "serial_unknown", "origin_class"),
    *("event_date", "remarks", "dossier"),
)


def set_firearm(gun, chance: random.Random, units: list, number: int) -> None:
    from focalpoint.records.identifiers import new_id

    unit = units[int(len(units) * chance.random() ** 1.5)]
    gun.pk = gun.dossier = new_id()
    gun.reference = f"{unit.jurisdiction.upper()}-F-2026-{number:07d}"
    gun.unit_id, gun.jurisdiction = unit.pk, unit.jurisdiction
    gun.handling = chance.choices(["h0", "h1", "h2"], [90, 8, 2])[0]
    gun.source, gun.source_key = "register", str(number)
    gun.kind = chance.choices(KINDS, [80, 12, 5, 3])[0]
    gun.type = chance.choices(TYPES, [45, 8, 20, 20, 7])[0]
    gun.make = chance.choices(MAKES, range(len(MAKES), 0, -1))[0]
    gun.model = chance.choice(MODELS)
    gun.calibre = chance.choice(CALIBRES)
    gun.serial = serial_number(chance)
    gun.origin_class = chance.choices(["factory", "converted", "craft"], [96, 3, 1])[0]
    day = date(1995, 1, 1) + timedelta(days=int(11_500 * chance.random()))
    gun.event_date = day.isoformat()
    gun.remarks = chance.choice(REMARKS)
    gun.prepare()


KINDS = ["registered", "recovered", "stolen", "surrendered"]
TYPES = ["pistol_sa", "revolver", "rifle", "shotgun", "assault_rifle"]
CALIBRES = ["9x19", "765x17", "762x39", "762x25", "12ga", "9x18", "556x45"]
MAKES = [
    "zastava",
    "beretta",
    "glock",
    "cz",
    "walther",
    "colt",
    "smith_wesson",
    "browning",
    "izhmash",
    "tula",
    "ekol",
    "fn",
    "cugir",
    "radom",
    "sig_sauer",
    "remington",
]


def serial_number(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.03:
        return ""
    text = f"{chance.randrange(10 ** chance.choice((5, 6, 6, 6, 7, 7, 8))):05d}"
    if kind < 0.5:
        text = (
            chance.choice("ABCDEFGHKLMNPRSTUVZ")
            + chance.choice(["", "", "A", "B", "K"])
            + text
        )
    if kind > 0.96:
        place = chance.randrange(len(text))
        text = f"{text[:place]}?{text[place + 1 :]}"
    return text


class Writer:
    """Writes rows of one table with all columns; only some differ from row to row."""

    def __init__(self, model, varying: tuple[str, ...] = ()) -> None:
        self.table = model._meta.db_table
        self.fields = model._meta.concrete_fields
        plain = model()
        self.base = [self.prepared(plain, field) for field in self.fields]
        self.varying = [
            (place, field)
            for place, field in enumerate(self.fields)
            if not varying or field.attname in varying
        ]
        self.rows: list[list] = []

    def prepared(self, row, field):
        from django.db import connection

        value = getattr(row, field.attname)
        if value is None or type(value) in (str, int, float):
            return value
        value = field.get_db_prep_save(value, connection)
        return getattr(value, "adapted", value)

    def add(self, row) -> None:
        values = list(self.base)
        for place, field in self.varying:
            values[place] = self.prepared(row, field)
        self.rows.append(values)

    def flush(self) -> None:
        from django.db import connection, transaction

        names = ", ".join(f'"{field.column}"' for field in self.fields)
        rows, self.rows = self.rows, []
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                statement = f"COPY {self.table} ({names}) FROM STDIN"
                with cursor.copy(statement) as copy:
                    for row in rows:
                        copy.write_row(row)
                return
            marks = ", ".join(["?"] * len(self.fields))
            statement = f"INSERT INTO {self.table} ({names}) VALUES ({marks})"
            connection.connection.executemany(statement, rows)


def without_triggers() -> None:
    """The words of all documents are put into the index together, at the end."""
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER records_searchtext_insert")


def settle_statistics() -> None:
    """Have the database count what it holds, as its own nightly work does."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in TABLES:
                if table != "records_firearm":
                    cursor.execute(
                        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), "
                        f"(SELECT max(id) FROM {table}))"
                    )
                cursor.execute(f"VACUUM ANALYZE {table}")
        else:
            cursor.execute("ANALYZE")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


if __name__ == "__main__":
    main()
