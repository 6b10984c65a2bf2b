"""Linkage sets of any size: the same gun written down several times, with its truth.

Made for measuring: a million records in seconds, five million within minutes, because
every step works on whole arrays. The kinds and rates of dirt are those met in real
seizure registers; three levels of it are offered. What was done to each record is kept
as a set of error bits, so that recall can be printed for every class of error.

Notes
-----
At 1,000,000 records of the middle level the plain rules score (pairs, precision and
recall): equal typed serial and equal make 0.41 and 0.19; equal light key, make and
calibre 0.74 and 0.23. ``tests/simulation/test_linkage.py`` holds the generator to it.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from focalpoint.simulation import scripts
from focalpoint.simulation.spelling import Model, model_variants, models, spellings
from focalpoint.values.errors import BadInput

Codes = NDArray[np.uint32]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
Random = np.random.Generator
T = TypeVar("T", bound=np.generic)

WIDTH = 20
CHUNK = 250_000

ERRORS = (
    "confusable",  # one character read as another that looks like it
    "edit",  # transposed, replaced, dropped or doubled
    "obliterated",  # one or two characters unread, or the tail lost
    "missing",  # no number: blank, or words in its place
    "script",  # Cyrillic letters transliterated or typed as Latin look-alikes
    "affix",  # "No", "бр.", "nr." before the number
    "separator",  # a space, dash or stroke inside
    "case",  # small letters
    "make",  # another spelling of the make, or none
    "calibre",  # another spelling of the calibre, or none
    "model",  # another spelling, a wrong model, or none
)
CLONE, LOT = 1, 2


@dataclass(frozen=True, slots=True)
class Level:
    """How dirty the records are: shares of records, 0 to 1."""

    confusable: float = 0.18
    edit: float = 0.07
    obliterated: float = 0.10
    missing: float = 0.015
    words: float = 0.35  # of the missing: words instead of an empty cell
    transliterated: float = 0.45
    look_alike: float = 0.30
    affix: float = 0.06
    separator: float = 0.06
    case: float = 0.025
    make_alias: float = 0.5
    make_typo: float = 0.03
    make_blank: float = 0.22
    calibre_alias: float = 0.55
    calibre_blank: float = 0.10
    model_variant: float = 0.45
    model_wrong: float = 0.03
    model_blank: float = 0.20
    type_blank: float = 0.10
    clones: float = 0.000006  # of the guns: numbers that further guns carry too
    lots: float = 0.0005  # of the guns: parts of a run of consecutive numbers

    def scaled(self, factor: float) -> "Level":
        """The same kinds of dirt, more or less of each; shares stay below 0.9."""
        kept = {"words", "clones", "lots", "transliterated", "look_alike"}
        values = {
            field.name: min(0.9, getattr(self, field.name) * factor)
            for field in fields(self)
            if field.name not in kept
        }
        return replace(self, **values)


MIDDLE = Level()
LEVELS = {
    "low": MIDDLE.scaled(0.25),
    "middle": MIDDLE,
    "high": replace(MIDDLE, missing=0.23, words=0.74, clones=0.0004, lots=0.03),
}


@dataclass(frozen=True, slots=True)
class LinkageSet:
    """Records with their truth; every array has shape (R,), R the number of records.

    Columns of text are kept as numbers into tables until they are asked for: five
    million records take about one gigabyte.
    """

    serials: NDArray[np.str_]
    makes: Ints
    models: Ints
    calibres: Ints
    types: Ints
    gun: Ints
    """Truth: the physical firearm."""
    clone: Ints
    """Truth: group of guns that carry one number; 0 where there is none."""
    lot: Ints
    """Truth: group of guns with consecutive numbers; 0 where there is none."""
    errors: Ints
    """Truth: one bit for each of ``ERRORS``."""
    true_model: Ints
    """Truth: row of ``spelling.models()``."""

    def __len__(self) -> int:
        return len(self.gun)

    def column(self, name: str) -> NDArray[np.str_]:
        """One column as text: serial, make, model, calibre or type."""
        if name == "serial":
            return self.serials
        words = _words()
        codes = {
            "make": self.makes,
            "model": self.models,
            "calibre": self.calibres,
            "type": self.types,
        }[name]
        return np.asarray(getattr(words, name)[codes])

    def error_names(self, record: int) -> list[str]:
        """What was done to one record."""
        bits = int(self.errors[record])
        return [name for bit, name in enumerate(ERRORS) if bits >> bit & 1]

    def write(self, records: Path, truth: Path | None = None) -> None:
        """Write the records as CSV and, in a file of its own, their truth."""
        names = ("make", "model", "calibre", "serial", "type")
        with records.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(["id", *names])
            for part in _chunks(len(self)):
                columns = [self._part(name, part) for name in names]
                numbers = range(part.start, part.stop)
                writer.writerows(zip(numbers, *columns, strict=True))
        if truth is not None:
            self._write_truth(truth)

    def _part(self, name: str, part: slice) -> list[str]:
        if name == "serial":
            return [str(text) for text in self.serials[part].tolist()]
        words = _words()
        codes = getattr(self, f"{name}s")[part]
        return [str(text) for text in getattr(words, name)[codes].tolist()]

    def _write_truth(self, path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(["id", "gun", "clone", "lot", "errors"])
            for part in _chunks(len(self)):
                named = [
                    " ".join(self.error_names(i))
                    for i in range(*part.indices(len(self)))
                ]
                columns = [c[part].tolist() for c in (self.gun, self.clone, self.lot)]
                numbers = range(part.start, part.stop)
                writer.writerows(zip(numbers, *columns, named, strict=True))


def linkage_set(records: int, *, seed: int, level: str = "middle") -> LinkageSet:
    """Records of guns of which some were written down two or three times.

    Parameters
    ----------
    records : int
        Number of records; about 0.82 guns to a record.
    seed : int
        The same seed gives the same bytes.
    level : {"low", "middle", "high"}
        ``low`` has a quarter of the middle dirt; ``high`` has the middle rates with
        the removed and blank numbers, clones and lots of real seizure registers.
    """
    random, dirt = _start(seed, level, records)
    copies = 1.2198623
    guns = _guns(max(1, round(records / copies)), random, dirt)
    counts = random.choice([1, 2, 3], size=len(guns), p=(0.8198, 0.1405, 0.0397))
    owner = np.repeat(np.arange(len(guns)), counts)
    if len(owner) < records:
        extra = random.integers(0, len(guns), records - len(owner))
        owner = np.concatenate([owner, extra])
    owner = random.permutation(owner)[:records]
    return _observe(guns, owner, random, dirt)


def trace_set(
    registered: int, recovered: int, *, seed: int, level: str = "middle"
) -> tuple[LinkageSet, LinkageSet]:
    """A register, kept with a quarter of the dirt, and recoveries at ``level``.

    Seven in ten of the recovered guns stand in the register, each once.
    """
    random, dirt = _start(seed, level, registered + recovered)
    known = round(recovered * 0.7)
    if known > registered:
        raise BadInput(
            "a register of %(registered)s guns is too small for %(recovered)s "
            "recoveries; make it larger",
            registered=registered,
            recovered=recovered,
        )
    guns = _guns(registered + recovered - known, random, dirt)
    order = random.permutation(registered)
    register = _observe(guns, order, random, LEVELS["low"])
    found = np.concatenate(
        [
            random.choice(registered, size=known, replace=False),
            np.arange(registered, registered + recovered - known),
        ]
    )
    return register, _observe(guns, random.permutation(found), random, dirt)


@dataclass(frozen=True, slots=True)
class _Guns:
    model: Ints
    serial: Codes
    length: Ints
    clone: Ints
    lot: Ints

    def __len__(self) -> int:
        return len(self.model)


@dataclass(frozen=True, slots=True)
class _Words:
    """Every spelling in use, numbered; 0 is the empty cell, 1.. the proper names."""

    make: NDArray[np.str_]
    model: NDArray[np.str_]
    calibre: NDArray[np.str_]
    type: NDArray[np.str_]
    make_of: Ints
    calibre_of: Ints
    type_of: Ints
    make_alias: tuple[Ints, Ints]
    calibre_alias: tuple[Ints, Ints]
    model_alias: tuple[Ints, Ints]
    make_typo: tuple[Ints, Ints]


_NO_NUMBER = (
    "obrisan|избрисан|БРИСАН|skinut|nečitko|нечитко|bez broja|БЕЗ БРОЈА|nema|"
    "нема|struganjem uklonjen|uništen|уништен|i fshirë|e fshirë|pa numër|"
    "i palexueshëm|nuk lexohet|dëmtuar|șters|fără număr|ilizibil|răzuit|"
    "нечитлив|отстранет|без број|izbrušen|избрушен|korodirano|оштећен|oštećen|"
    "-|N/A|?|удаљен|otpiljen|nepoznat|непознат|nije vidljiv|nije utvrđen"
)
NO_NUMBER = tuple(_NO_NUMBER.split("|"))
AFFIXES = ("No ", "No.", "Nr. ", "nr.", "бр. ", "бр.", "br. ", "Nr", "№", "SN ")
_CONFUSED = (
    "0:O68D 1:I7L 2:Z7 3:85 4:9A 5:S63 6:G05 7:12 8:B30 9:4G A:4 B:8 D:0O E:F "
    "F:E G:6C H:N K:X L:1 M:N N:M P:R R:P S:5 T:7 U:V V:U W:V X:K Y:V Z:2 C:G "
    "J:1"
)
CONFUSED = dict(pair.split(":") for pair in _CONFUSED.split())
"""What a character is taken for by somebody who reads it badly."""
LEADING = np.log10(1 + 1 / np.arange(1, 10))
LATIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


def _start(seed: int, level: str, records: int) -> tuple[Random, Level]:
    if level not in LEVELS:
        raise BadInput(
            "there is no level %(level)s of dirt; give one of %(levels)s",
            level=level,
            levels=", ".join(LEVELS),
        )
    if records < 1:
        raise BadInput("a set needs at least one record, not %(n)s", n=records)
    return np.random.default_rng([seed, 20]), LEVELS[level]


def _chunks(size: int) -> Iterator[slice]:
    for start in range(0, size, CHUNK):
        yield slice(start, min(size, start + CHUNK))


def _guns(number: int, random: Random, dirt: Level) -> _Guns:
    made = [row for row in models() if row.pattern]
    index = np.array([i for i, row in enumerate(models()) if row.pattern])
    # Flatter than in life, as if the many rare models of a register were there too.
    weight = np.array([row.licit + row.illicit + 0.5 for row in made]) ** 0.35
    model = index[random.choice(len(made), size=number, p=weight / weight.sum())]
    lot = _groups(number, dirt.lots, (4, 21), random)
    clone = _groups(number, dirt.clones * 17, (5, 31), random)
    clone[lot > 0] = 0
    model = _same_within(model, np.where(lot > 0, lot, 0))
    model = _same_within(model, np.where(clone > 0, clone, 0))
    serial = np.zeros((number, WIDTH), np.uint32)
    length = np.zeros(number, np.int64)
    for row in np.unique(model):
        chosen = np.flatnonzero(model == row)
        pattern = models()[int(row)].pattern
        serial[chosen, : len(pattern)] = _numbers(pattern, len(chosen), random)
        length[chosen] = len(pattern)
    serial = _same_within(serial, clone)
    _run(serial, lot, model)
    return _Guns(model, serial, length, clone, lot)


def _groups(number: int, share: float, sizes: tuple[int, int], random: Random) -> Ints:
    """Number groups of random sizes so that ``share`` of all are in one."""
    wanted = int(number * share)
    labels = np.zeros(number, np.int64)
    if wanted < sizes[0]:
        return labels
    lengths = random.integers(*sizes, size=wanted // sizes[0] + 1)
    lengths = lengths[: np.searchsorted(np.cumsum(lengths), wanted) + 1]
    members = random.permutation(number)[: lengths.sum()]
    labels[members] = np.repeat(np.arange(1, len(lengths) + 1), lengths)[: len(members)]
    return labels


def _same_within(values: NDArray[T], group: Ints) -> NDArray[T]:
    """Give every member of a group the value of its first member."""
    members = np.flatnonzero(group)
    first = np.full(int(group.max(initial=0)) + 1, -1)
    first[group[members][::-1]] = members[::-1]
    values = values.copy()
    values[members] = values[first[group[members]]]
    return values


def _numbers(pattern: str, number: int, random: Random) -> Codes:
    """Serial numbers of one pattern, shape (number, len(pattern)), as code points."""
    sets = {
        "9": "0123456789",
        "A": LATIN_LETTERS,
        "a": LATIN_LETTERS.lower(),
        "Ж": scripts.SERIAL_LETTERS,
        "А": "АБВГДЕКМ",
    }
    result = np.empty((number, len(pattern)), np.uint32)
    for place, sign in enumerate(pattern):
        letters = np.array([ord(letter) for letter in sets.get(sign, sign)], np.uint32)
        if sign == "9" and not pattern[:place].endswith("9"):
            # No number starts with a nought, and series rarely reach their end.
            first = random.choice(9, size=number, p=LEADING)
            result[:, place] = letters[1:][first]
        else:
            result[:, place] = letters[random.integers(0, len(letters), number)]
    return result


def _run(serial: Codes, lot: Ints, model: Ints) -> None:
    """Give the members of a lot consecutive numbers: the last three digits count on."""
    members = np.flatnonzero(lot)
    if not len(members):
        return
    order = members[np.argsort(lot[members], kind="stable")]
    labels = lot[order]
    starts = np.concatenate([[0], np.flatnonzero(np.diff(labels)) + 1])
    group = np.cumsum(np.concatenate([[0], (np.diff(labels) != 0).astype(int)]))
    step = np.arange(len(order)) - starts[group]
    serial[order] = serial[order[starts[group]]]
    patterns = [row.pattern for row in models()]
    for row in np.unique(model[order]):
        rows = np.flatnonzero(model[order] == row)
        places = np.array(_digit_places(patterns[int(row)])[-3:])
        digits = serial[np.ix_(order[rows], places)].astype(np.int64) - ord("0")
        weights = 10 ** np.arange(len(places))[::-1]
        value = (digits @ weights + step[rows]) % 10 ** len(places)
        counted = value[:, None] // weights % 10 + ord("0")
        serial[np.ix_(order[rows], places)] = counted.astype(np.uint32)


def _digit_places(pattern: str) -> list[int]:
    return [place for place, sign in enumerate(pattern) if sign == "9"]


def _observe(guns: _Guns, owner: Ints, random: Random, dirt: Level) -> LinkageSet:
    """Write each gun of ``owner`` down once, with the dirt of one level."""
    size = len(owner)
    serials = np.empty(size, f"<U{WIDTH}")
    columns = {
        name: np.empty(size, np.int64) for name in ("make", "model", "calibre", "type")
    }
    errors = np.zeros(size, np.int64)
    for part in _chunks(size):
        true = guns.model[owner[part]]
        text, errors[part] = _serial_text(
            guns.serial[owner[part]], guns.length[owner[part]], random, dirt
        )
        serials[part] = text
        for name, column in columns.items():
            column[part], touched = _written(name, true, random, dirt)
            if name in ERRORS:
                errors[part] |= touched.astype(np.int64) << ERRORS.index(name)
    return LinkageSet(
        serials,
        columns["make"],
        columns["model"],
        columns["calibre"],
        columns["type"],
        owner.astype(np.int64),
        guns.clone[owner],
        guns.lot[owner],
        errors,
        guns.model[owner],
    )


def _serial_text(
    serial: Codes, length: Ints, random: Random, dirt: Level
) -> tuple[NDArray[np.str_], Ints]:
    """The number as somebody wrote it down, and what went wrong on the way."""
    size = len(serial)
    signs, length = serial.copy(), length.copy()
    happens = {
        name: random.random(size) < getattr(dirt, name)
        for name in ("confusable", "edit", "obliterated", "missing", "affix")
    }
    happens["separator"] = random.random(size) < dirt.separator
    happens["case"] = random.random(size) < dirt.case
    happens["script"] = _script(signs, random, dirt)
    happens["confusable"] &= _confuse(signs, length, happens["confusable"], random)
    _edit(signs, length, happens["edit"], random)
    _obliterate(signs, length, happens["obliterated"], random)
    _separate(signs, length, happens["separator"], random)
    _lower(signs, happens["case"])
    _affix(signs, length, happens["affix"], random)
    text = np.ascontiguousarray(signs).view(f"<U{WIDTH}")[:, 0]
    words = np.array(NO_NUMBER)[random.integers(0, len(NO_NUMBER), size)]
    words[random.random(size) >= dirt.words] = ""
    text = np.where(happens["missing"], words.astype(f"<U{WIDTH}"), text)
    bits = np.zeros(size, np.int64)
    for bit, name in enumerate(ERRORS[:8]):
        hidden = happens["missing"] & (name != "missing")
        bits |= (happens[name] & ~hidden).astype(np.int64) << bit
    return text, bits


def _table(pairs: dict[str, str]) -> Codes:
    """A table from code point to code point, for signs below 0x500."""
    table = np.arange(0x500, dtype=np.uint32)
    for old, new in pairs.items():
        table[ord(old)] = ord(new)
    return table


def _script(signs: Codes, random: Random, dirt: Level) -> Flags:
    """Cyrillic letters typed by somebody at a Latin keyboard."""
    cyrillic = ((signs >= 0x400) & (signs < 0x500)).any(axis=1)
    draw = random.random(len(signs))
    sound = cyrillic & (draw < dirt.transliterated)
    shape = cyrillic & ~sound & (draw < dirt.transliterated + dirt.look_alike)
    latin = {a: scripts.to_latin(a) for a in scripts.SERIAL_LETTERS}
    signs[sound] = _table(latin)[signs[sound]]
    signs[shape] = _table(latin | scripts.LOOK_ALIKES)[signs[shape]]
    return sound | shape


def _confuse(signs: Codes, length: Ints, chosen: Flags, random: Random) -> Flags:
    """One character taken for another that looks like it; says where it could be."""
    rows = np.flatnonzero(chosen)
    place = _place(length[rows], random)
    done = np.zeros(len(signs), bool)
    old = signs[rows, place]
    draw = random.random(len(rows))
    for sign, others in CONFUSED.items():
        at = np.flatnonzero(old == ord(sign))
        picked = (draw[at] * len(others)).astype(np.int64)
        codes = np.array([ord(other) for other in others], np.uint32)
        signs[rows[at], place[at]] = codes[picked]
        done[rows[at]] = True
    return done


def _place(length: Ints, random: Random) -> Ints:
    return (random.random(len(length)) * length).astype(np.int64)


def _edit(signs: Codes, length: Ints, chosen: Flags, random: Random) -> None:
    rows = np.flatnonzero(chosen & (length > 2))
    kind = random.integers(0, 4, len(rows))
    place = (random.random(len(rows)) * (length[rows] - 1)).astype(np.int64)
    swap, put = kind == 0, kind == 1
    left, right = signs[rows[swap], place[swap]], signs[rows[swap], place[swap] + 1]
    signs[rows[swap], place[swap]], signs[rows[swap], place[swap] + 1] = right, left
    digits = random.integers(ord("0"), ord("9") + 1, int(put.sum()))
    signs[rows[put], place[put]] = digits.astype(np.uint32)
    for mask, step in ((kind == 2, 1), (kind == 3, -1)):
        _shift(signs, rows[mask], place[mask] + 1, step)
        length[rows[mask]] -= step


def _shift(signs: Codes, rows: Ints, place: Ints, step: int) -> None:
    """Move what stands from ``place`` on to the left (1) or to the right (-1)."""
    if not len(rows):
        return
    padded = np.pad(signs[rows], ((0, 0), (0, 1)))
    at = np.arange(WIDTH)[None, :]
    source = at + step * (at >= place[:, None])
    signs[rows] = np.take_along_axis(padded, np.clip(source, 0, WIDTH), axis=1)


def _obliterate(signs: Codes, length: Ints, chosen: Flags, random: Random) -> None:
    rows = np.flatnonzero(chosen)
    tail = random.random(len(rows)) < 0.3
    signs[rows, _place(length[rows], random)] = ord("?")
    second = rows[random.random(len(rows)) < 0.4]
    signs[second, _place(length[second], random)] = ord("?")
    lost = random.integers(1, 3, int(tail.sum()))
    cut = rows[tail]
    keep = np.maximum(2, length[cut] - lost)
    signs[cut] = np.where(np.arange(WIDTH)[None, :] < keep[:, None], signs[cut], 0)
    signs[cut, keep] = ord("*")
    length[cut] = keep + 1


def _separate(signs: Codes, length: Ints, chosen: Flags, random: Random) -> None:
    rows = np.flatnonzero(chosen & (length > 3) & (length < WIDTH - 5))
    place = 1 + (random.random(len(rows)) * (length[rows] - 2)).astype(np.int64)
    _shift(signs, rows, place + 1, -1)
    marks = np.array([ord(mark) for mark in " -/."], np.uint32)
    signs[rows, place] = marks[random.integers(0, len(marks), len(rows))]
    length[rows] += 1


def _lower(signs: Codes, chosen: Flags) -> None:
    letters = "".join(chr(c) for c in range(0x500) if chr(c).isupper())
    table = _table({a: a.lower() for a in letters if len(a.lower()) == 1})
    signs[chosen] = table[signs[chosen]]


def _affix(signs: Codes, length: Ints, chosen: Flags, random: Random) -> None:
    which = random.integers(0, len(AFFIXES), len(signs))
    for number, affix in enumerate(AFFIXES):
        width = len(affix)
        rows = np.flatnonzero(chosen & (which == number) & (length + width <= WIDTH))
        signs[rows, width:] = signs[rows, :-width]
        signs[rows, :width] = [ord(sign) for sign in affix]
        length[rows] += width


def _written(name: str, true: Ints, random: Random, dirt: Level) -> tuple[Ints, Flags]:
    """The words of one column and where they are not the proper ones."""
    words, size = _words(), len(true)
    draw = random.random(size)
    if name == "type":
        codes = words.type_of[true]
        empty = draw < dirt.type_blank
        return np.where(empty, 0, codes), empty
    alias_rate = (
        dirt.model_variant if name == "model" else getattr(dirt, f"{name}_alias")
    )
    base = true
    wrong = np.zeros(size, bool)
    if name == "model":
        wrong = random.random(size) < dirt.model_wrong
        base = np.where(wrong, random.integers(0, len(models()), size), true)
        proper = base + 1
    else:
        proper = getattr(words, f"{name}_of")[base]
    alias = draw < alias_rate
    codes = np.where(
        alias, _pick(getattr(words, f"{name}_alias"), base, random), proper
    )
    if name == "make":
        typo = random.random(size) < dirt.make_typo
        codes = np.where(typo, _pick(words.make_typo, base, random), codes)
        alias |= typo
    empty = random.random(size) < getattr(dirt, f"{name}_blank")
    return np.where(empty, 0, codes), alias | wrong | empty


def _pick(table: tuple[Ints, Ints], base: Ints, random: Random) -> Ints:
    """One of the numbered spellings of each row: ``table`` is first and how many."""
    first, number = table
    step = (random.random(len(base)) * number[base]).astype(np.int64)
    return first[base] + step


@cache
def _words() -> _Words:
    rows = models()
    make, make_of = _numbered([row.make for row in rows])
    calibre, calibre_of = _numbered([row.calibre for row in rows])
    types, type_of = _numbered([row.type for row in rows])
    model = ["", *(row.model for row in rows)]
    make_alias = _add(
        make, rows, lambda row: spellings("make").get(row.make, (row.make,))
    )
    make_typo = _add(make, rows, lambda row: _typos(row.make))
    calibre_alias = _add(
        calibre, rows, lambda row: spellings("calibre").get(row.calibre, (row.calibre,))
    )
    model_alias = _add(model, rows, lambda row: model_variants(row.model))
    return _Words(
        np.array(make),
        np.array(model),
        np.array(calibre),
        np.array(types),
        make_of,
        calibre_of,
        type_of,
        make_alias,
        calibre_alias,
        model_alias,
        make_typo,
    )


def _numbered(names: list[str]) -> tuple[list[str], Ints]:
    unique = ["", *dict.fromkeys(name for name in names if name)]
    return unique, np.array([unique.index(name) for name in names])


def _add(
    words: list[str], rows: tuple[Model, ...], of: Callable[[Model], tuple[str, ...]]
) -> tuple[Ints, Ints]:
    """Append the spellings of each row; give where they start and how many they are."""
    first, number = [], []
    for row in rows:
        forms = of(row)
        first.append(len(words))
        number.append(len(forms))
        words.extend(forms)
    return np.array(first), np.array(number)


def _typos(name: str) -> tuple[str, ...]:
    """Letters lost, doubled and swapped in a make: what no alias table can hold."""
    if len(name) < 4:
        return (name or "?",)
    middle = range(1, len(name) - 1)
    lost = [name[:i] + name[i + 1 :] for i in middle]
    doubled = [name[:i] + name[i] + name[i:] for i in middle]
    swapped = [name[:i] + name[i + 1] + name[i] + name[i + 2 :] for i in middle]
    return tuple(dict.fromkeys((*lost, *doubled, *swapped)))
