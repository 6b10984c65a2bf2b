"""Persons measured: invented persons written down twice, found again by name and date.

    .venv/bin/python benchmarks/persons.py --persons 20000 --seed 1
    .venv/bin/python benchmarks/persons.py --persons 70000 --seed 101 --bulk
    FOCALPOINT_HOME=/tmp/bench .venv/bin/python benchmarks/persons.py --persons 13334 --night

Half of the persons stand in both of two lists, each time as another office would write
them; the others in one list only, many of them relatives or namesakes of the former.
Family names are put together from syllables, first names are ordinary ones of the region,
the birth dates are drawn; nobody is meant. Printed: how often the keys find the other
record, precision and recall of the pairs at several weights, recall by what was done.
``--bulk`` takes both lists as one and compares everybody with everybody. ``--night``
writes that list into an empty instance, past the actions, three in ten of the persons
as victims and the others as suspects, and compares them as ``focalpoint suggest`` does;
``--one-by-one`` looks each of them up instead. ``--first`` leaves it at the first night.
"""

import argparse
import os
import random
import resource
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from focalpoint.engines.resolution import batch
from focalpoint.engines.resolution.person_batch import Listed, person_pairs
from focalpoint.engines.resolution.persons import (
    NameShares,
    compare_persons,
    describe_person,
    person_keys,
)
from focalpoint.simulation import people, scripts

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "focalpoint.settings")
MEN = {
    "bs": "Adnan Amir Damir Džemal Edin Haris Kenan Mirza Nedim Samir Tarik",
    "sr": "Aleksandar Bojan Đorđe Dragan Goran Marko Miloš Nemanja Petar Stefan",
    "cnr": "Balša Danilo Duško Filip Luka Milutin Nikola Radovan Vuk",
    "mk": "Blagoj Darko Gjorgji Goce Kiril Kosta Ljupčo Stojan Toni Vlado",
    "sq": "Agim Arben Besnik Dritan Gëzim Ilir Luan Petrit Shpend Xhemal Ylli",
    "ro": "Alexandru Andrei Dumitru Gheorghe Ion Mihai Sergiu Ștefan Vasile Victor",
}
HEADS = "Bran Vlas Krem Zvon Tril Gorm Plav Srem Dub Kost Murg Hajr Xhev Çel Șarp Djel"
MIDDLES = "a e i o u ar el in ov ush"
TAILS = "bat dol kin mer nosh pet rak sul tov vezh zhir quk lluk njar"
WEIGHTS = (-4, 0, 4, 8)
PORTION = 5000


@dataclass(frozen=True, slots=True)
class Person:
    given: str
    family: str
    father: str
    born: str
    tongue: str
    number: str


@dataclass(frozen=True, slots=True)
class Written:
    """One record: a name as one text, the date as written, what was done to it."""

    owner: int
    name: str
    born: str
    number: str
    done: tuple[str, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--persons", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bulk", action="store_true")
    parser.add_argument("--night", action="store_true")
    parser.add_argument("--one-by-one", action="store_true")
    parser.add_argument("--first", action="store_true")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    everyone = invent(options.persons, chance)
    half = options.persons // 2
    both = set(range(half))
    first = [
        write(i, everyone[i], chance) for i in both | set(range(half, half * 3 // 2))
    ]
    second = [
        write(i, everyone[i], chance)
        for i in both | set(range(half * 3 // 2, options.persons))
    ]
    if options.bulk:
        bulk(first + second)
        return
    if options.night:
        night(first + second, one_by_one=options.one_by_one, once=options.first)
        return
    begun = time.process_time()
    pairs, met = compare(first, second)
    spent = time.process_time() - begun
    report(pairs, met, first, second, spent)


def invent(number: int, chance: random.Random) -> list[Person]:
    """Persons, one in five of them a relative or namesake of an earlier one."""
    made: list[Person] = []
    for _ in range(number):
        person = _one(chance)
        if made and chance.random() < 0.2:
            kin = chance.choice(made)
            kind = chance.choice(["sibling", "child", "twin", "namesake"])
            person = replace(person, tongue=kin.tongue)
            if kind == "namesake":
                person = replace(person, family=kin.family, given=kin.given)
            else:
                father = kin.given if kind == "child" else kin.father
                born = kin.born if kind == "twin" else person.born
                person = replace(person, family=kin.family, father=father, born=born)
        made.append(person)
    return made


def _one(chance: random.Random) -> Person:
    tongue = chance.choice(list(MEN))
    family = chance.choice(HEADS.split()) + chance.choice(MIDDLES.split())
    family += chance.choice(TAILS.split()) + people.ENDINGS[tongue]
    names = MEN[tongue].split()
    born = f"{chance.randint(1945, 2005)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    number = f"{chance.randrange(10**10):010}"
    return Person(
        chance.choice(names), family, chance.choice(names), born, tongue, number
    )


def write(owner: int, person: Person, chance: random.Random) -> Written:
    """The record of one office: each thing happens now and then."""
    given, family, born, number = person.given, person.family, person.born, ""
    done = []

    def happens(what: str, share: float) -> bool:
        if chance.random() >= share:
            return False
        done.append(what)
        return True

    if happens("slip", 0.06):
        family = _slip(family, chance)
    if happens("second name", 0.05):
        family += "-" + _one(chance).family
    if happens("initial", 0.04):
        given = given[0]
    if happens("father", 0.15):
        given = f"{given} ({person.father})"
    if happens("spelling", 0.25):
        given, family = _spelt(given), _spelt(family)
    name = f"{given} {family}"
    if happens("order", 0.4):
        name = f"{family} {given}"
    if happens("Cyrillic", 0.25):
        name = scripts.to_cyrillic(_spelt(name))
    if happens("no marks", 0.2):
        name = name.translate(str.maketrans("čćšžđëçșțăâ", "ccszdecstaa"))
    born = _dated(born, happens, chance)
    if happens("number", 0.1):
        number = person.number
    return Written(owner, name, born, number, tuple(done))


def _slip(text: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(text) - 1)
    kind = chance.choice("drs")
    if kind == "d":
        return text[:place] + text[place + 1 :]
    if kind == "r":
        return text[:place] + chance.choice("aeinorst") + text[place + 1 :]
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def _spelt(text: str) -> str:
    """As an office of another language writes it."""
    pairs = ("Xh Dž", "xh dž", "Sh Š", "sh š", "Zh Ž", "zh ž", "Ç Č", "ç č", "q ć")
    pairs += ("Ș Š", "ș š", "ë e", "ll l", "Dj Đ", "dj đ", "Gj Đ", "gj đ", "Y I", "y i")
    pairs += ("Q Ć", "ț c", "ă a", "â a")
    for pair in pairs:
        one, other = pair.split()
        text = text.replace(one, other)
    return text


def _dated(
    born: str, happens: Callable[[str, float], bool], chance: random.Random
) -> str:
    year, month, day = born.split("-")
    if happens("no date", 0.05):
        return ""
    if happens("year only", 0.08):
        return year
    if happens("month only", 0.04):
        return f"{year}-{month}"
    if happens("day and month turned", 0.02) and int(day) <= 12:
        return f"{year}-{day}-{month}"
    if happens("wrong figure", 0.03):
        return f"{year}-{month}-{chance.randint(1, 28):02}"
    return born


def compare(
    first: list[Written], second: list[Written]
) -> tuple[list[tuple[float, Written, Written]], set[int]]:
    """Every pair with a key in common, weighed; and who was met with."""
    index = defaultdict(list)
    for place, record in enumerate(second):
        for key in person_keys(record.name):
            index[key].append(place)
    described = [
        describe_person(str(i), name=one.name, born=one.born, number=one.number)
        for i, one in enumerate(second)
    ]
    shares = NameShares.of(record.name for record in second)
    pairs, met = [], set()
    for record in first:
        found = {place for key in person_keys(record.name) for place in index[key]}
        one = describe_person(
            "x", name=record.name, born=record.born, number=record.number
        )
        for place in found:
            other = second[place]
            if other.owner == record.owner:
                met.add(record.owner)
            weight = compare_persons(
                one, described[place], size=len(second), shares=shares
            ).weight
            pairs.append((weight, record, other))
    return pairs, met


def bulk(records: list[Written]) -> None:
    """Everybody with everybody: time, memory, precision and recall at each weight."""
    begun = time.process_time()
    shares = NameShares.of(record.name for record in records)
    listed = (
        Listed(
            describe_person(str(i), name=one.name, born=one.born, number=one.number),
            (one.name,),
        )
        for i, one in enumerate(records)
    )

    def say(what: str) -> None:
        print(f"{time.process_time() - begun:7.1f} CPU s: {what}", flush=True)

    with (
        tempfile.TemporaryDirectory() as folder,
        batch.connect(Path(folder), memory="2GB") as connection,
    ):
        found = [
            (suggestion.weight, records[int(a)].owner == records[int(b)].owner)
            for a, b, suggestion in person_pairs(
                connection, listed, least=min(WEIGHTS), shares=shares, say=say
            )
        ]
    true = true_pairs(records)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{len(records):,} records, {true:,} true pairs, {memory:,} MiB\n")
    print("| weight | precision | recall |\n|---|---|---|")
    for least in WEIGHTS:
        said = [right for weight, right in found if weight >= least]
        right = sum(said)
        print(f"| {least} | {right / len(said):.3f} | {right / true:.3f} |")


def night(records: list[Written], *, one_by_one: bool, once: bool) -> None:
    """The runs of an instance over everybody; precision and recall of its leads."""
    import django

    django.setup()
    from django.db import connection

    import suggestions
    from focalpoint.identity import at_large
    from focalpoint.leads.models import Lead
    from focalpoint.records.models import Person as Row

    fill(records)
    if one_by_one:
        at_large.LARGE = len(records) + 1
    load = os.getloadavg()[0]
    print(f"{connection.vendor}, {os.cpu_count()} cores, load {load:.0f}", flush=True)
    suggestions.nights(once=once, code="person")
    owners = dict(Row.objects.values_list("pk", "source_key"))
    pairs = Lead.objects.values_list("first_id", "second_id")
    right = sum(owners[one] == owners[other] for one, other in pairs)
    true = true_pairs(records)
    print(f"\nprecision {right / len(pairs):.3f}, recall {right / true:.3f}")


def fill(records: list[Written]) -> None:
    """Write persons, as one office after the other named them."""
    from django.core.management import call_command

    import fill as filling
    from focalpoint.records.identifiers import new_id
    from focalpoint.records.models import Person as Row
    from focalpoint.web.management.commands.init import make_folders_and_keys

    make_folders_and_keys()
    call_command("migrate", verbosity=0, interactive=False)
    units = filling.make_people()
    made = []
    for number, one in enumerate(records, 1):
        unit, key = units[number % len(units)], new_id()
        made.append(
            Row(
                id=key,
                dossier=key,
                reference=f"{unit.jurisdiction.upper()}-N-2026-{number:07d}",
                unit=unit,
                jurisdiction=unit.jurisdiction,
                source_key=str(one.owner),
                led_category="victim" if one.owner % 10 < 3 else "suspect",
                name_original=one.name,
                birth_date=one.born,
                national_id=one.number,
            )
        )
    Row.objects.bulk_create(made, batch_size=PORTION)
    filling.settle_statistics()


def true_pairs(records: list[Written]) -> int:
    times = Counter(record.owner for record in records)
    return sum(number * (number - 1) // 2 for number in times.values())


def report(pairs, met, first, second, spent) -> None:
    there = {record.owner: record for record in second}
    true = {record.owner: record for record in first if record.owner in there}
    print(f"{len(first):,} and {len(second):,} records, {len(true):,} persons in both")
    print(f"{len(pairs):,} candidates, {1e6 * spent / max(1, len(pairs)):.0f} us each")
    print(f"found by a key: {len(met) / len(true):.3f}\n")
    print("| weight | precision | recall |\n|---|---|---|")
    for least in WEIGHTS:
        said = [(a, b) for weight, a, b in pairs if weight >= least]
        right = sum(a.owner == b.owner for a, b in said)
        print(f"| {least} | {right / len(said):.3f} | {right / len(true):.3f} |")
    hit = {a.owner for weight, a, b in pairs if weight >= 0 and a.owner == b.owner}
    total: Counter[str] = Counter()
    found: Counter[str] = Counter()
    keyed: Counter[str] = Counter()
    for owner, record in true.items():
        done = set(record.done) | set(there[owner].done)
        for what in done or {"nothing"}:
            total[what] += 1
            found[what] += owner in hit
            keyed[what] += owner in met
    print("\n| done to either record | persons | found by a key | weight 0 or more |")
    print("|---|---|---|---|")
    for what, number in total.most_common():
        keys, weights = keyed[what] / number, found[what] / number
        print(f"| {what} | {number} | {keys:.3f} | {weights:.3f} |")


if __name__ == "__main__":
    main()
