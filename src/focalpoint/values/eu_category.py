"""The category of an item under the EU Firearms Directive (A1 to C7), with reasons.

Directive (EU) 2021/555, Annex I, Part II, as an ordered table of rules over facts that
may be unknown. Each condition answers yes, no, or cannot say; a rule that cannot be
told keeps its category possible. The answer is decided when one category is left, so a
fact learnt later can only narrow what was possible, never contradict what was decided.

The machine computes, a person confirms: this is an aid to recording, not legal advice.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

from focalpoint.values.dates import PartialDate

RULES_VERSION = "eu-2021-555/1"
OUTSIDE = "outside"

SHORT_BARREL_MM = 300
SHORT_OVERALL_MM = 600
ACTIONS = ("automatic", "semi_automatic", "repeating", "single_shot")
MARKET_START = PartialDate(2018, 9, 14)

# What is almost never so and almost never written down: taken as "no" when not stated,
# and the answer says so.
EXCEPTIONS = (
    "antique",
    "air_or_gas",
    "blank_firing",
    "deactivated",
    "converted_to_blank",
    "disguised",
    "was_automatic",
    "reducible_below_600",
    "resembles_automatic",
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an item; None means not known.

    Parameters
    ----------
    item : str, optional
        ``firearm``, ``launcher`` (or military missile), ``ammunition``.
    action : str, optional
        One of ``ACTIONS``.
    length_class : str, optional
        ``short`` or ``long``, where the measures themselves are not known.
    barrel_mm, overall_mm : float, optional
        Lengths in millimetres.
    device_capacity : int, optional
        Rounds in the largest loading device that is part of it or inserted, without
        the one in the chamber.
    device_detachable, extendable : bool, optional
        Whether the loading device comes off; whether it is not certain that ordinary
        tools cannot extend it (category B6).
    ignition : str, optional
        ``centrefire``, ``rimfire`` or another code of the list ``ignitions``.
    bore : str, optional
        ``rifled``, ``smooth``, ``mixed`` or another code of the list ``bores``.
    placed_on_market : PartialDate, optional
        For single-shot smooth-bore guns (category C7).
    was_automatic : bool, optional
        Converted from automatic to semi-automatic.
    reducible_below_600 : bool, optional
        Meant for the shoulder and still working below 60 cm with its stock folded,
        pushed in, or taken off without tools.
    resembles_automatic : bool, optional
        Looks like an automatic weapon.
    converted_to_blank : bool, optional
        Converted to blanks, irritants, other active substances or pyrotechnics, or
        into a salute or acoustic weapon.
    deactivated : bool, optional
        Deactivated under Implementing Regulation (EU) 2015/2403.
    disguised, antique, air_or_gas : bool, optional
        Shaped as another object; an antique by national law; driven by air or gas.
    blank_firing : bool, optional
        An alarm or signal weapon, in the state in which it was made.
    within_2019_69 : bool, optional
        Whether such a weapon meets Implementing Directive (EU) 2019/69.
    piercing, expanding, handgun_ammunition, exempt_use : bool, optional
        Ammunition: penetrating, explosive or incendiary; expanding; for pistols and
        revolvers; held for hunting or target shooting by an entitled person.
    """

    item: str | None = "firearm"
    action: str | None = None
    length_class: str | None = None
    barrel_mm: float | None = None
    overall_mm: float | None = None
    device_capacity: int | None = None
    device_detachable: bool | None = None
    extendable: bool | None = None
    ignition: str | None = None
    bore: str | None = None
    placed_on_market: PartialDate | None = None
    antique: bool | None = None
    air_or_gas: bool | None = None
    blank_firing: bool | None = None
    within_2019_69: bool | None = None
    deactivated: bool | None = None
    converted_to_blank: bool | None = None
    disguised: bool | None = None
    was_automatic: bool | None = None
    reducible_below_600: bool | None = None
    resembles_automatic: bool | None = None
    piercing: bool | None = None
    expanding: bool | None = None
    handgun_ammunition: bool | None = None
    exempt_use: bool | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One ground of the answer: a template to translate and its values."""

    message: str
    params: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        return self.message % dict(self.params) if self.params else self.message


@dataclass(frozen=True, slots=True)
class Answer:
    """What the rules say of an item.

    ``category`` is a code of the list ``eu_categories``, or None while more than one is
    possible. ``assumed`` names the facts that were taken as "no" because nothing was
    stated; ``missing`` those whose knowledge would narrow ``possible``.
    """

    category: str | None
    possible: tuple[str, ...]
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]
    assumed: tuple[str, ...]
    version: str = RULES_VERSION


@dataclass(frozen=True, slots=True)
class Condition:
    """A question about the facts, and how a yes is put into words."""

    uses: tuple[str, ...]
    holds: Callable[[Facts], bool | None]
    message: str
    unmeasured: str = ""  # said instead where only the class of length is known

    def reason(self, facts: Facts) -> Reason:
        """The ground that this condition gives."""
        if self.unmeasured and is_short(replace(facts, length_class=None)) is None:
            return Reason(self.unmeasured)
        known = [(name, getattr(facts, name)) for name in self.uses]
        shown = tuple(
            (name, value) for name, value in known if f"({name})" in self.message
        )
        return Reason(self.message, shown)


@dataclass(frozen=True, slots=True)
class Rule:
    """A category and the conditions that must all hold."""

    category: str
    conditions: tuple[Condition, ...]

    def holds(self, facts: Facts) -> bool | None:
        """Yes, no, or None when it cannot be told yet."""
        answers = [condition.holds(facts) for condition in self.conditions]
        if False in answers:
            return False
        return None if None in answers else True


def _is(name: str, value: object, message: str) -> Condition:
    def holds(facts: Facts) -> bool | None:
        known = getattr(facts, name)
        return None if known is None else bool(known == value)

    return Condition((name,), holds, message)


def _is_one_of(name: str, values: tuple[str, ...], message: str) -> Condition:
    def holds(facts: Facts) -> bool | None:
        known = getattr(facts, name)
        return None if known is None else known in values

    return Condition((name,), holds, message)


def _limit(name: str, low: float, high: float, message: str) -> Condition:
    """Whether ``low < value <= high``."""

    def holds(facts: Facts) -> bool | None:
        value = getattr(facts, name)
        return None if value is None else low < value <= high

    return Condition((name,), holds, message)


def is_short(facts: Facts) -> bool | None:
    """Barrel not over 30 cm or overall length not over 60 cm (Annex I, Part IV)."""
    barrel, overall = facts.barrel_mm, facts.overall_mm
    if barrel is not None and barrel <= SHORT_BARREL_MM:
        return True
    if overall is not None and overall <= SHORT_OVERALL_MM:
        return True
    if barrel is not None and overall is not None:
        return False
    if facts.length_class is None:
        return None
    return facts.length_class == "short"


def _is_long(facts: Facts) -> bool | None:
    short = is_short(facts)
    return None if short is None else not short


def _on_market_since(facts: Facts) -> bool | None:
    day = facts.placed_on_market
    if day is None:
        return None
    if day.earliest >= MARKET_START.earliest:
        return True
    return False if day.latest < MARKET_START.earliest else None


def _extends(facts: Facts) -> bool | None:
    answers = (facts.device_detachable, facts.extendable)
    if True in answers:
        return True
    return None if None in answers else False


_LENGTHS = ("length_class", "barrel_mm", "overall_mm")
_HUGE = float("inf")

FIREARM = _is("item", "firearm", "a firearm")
AMMUNITION = _is("item", "ammunition", "ammunition or projectiles")
AUTOMATIC = _is(
    "action", "automatic", "fires more than one round a pull of the trigger"
)
SEMI_AUTOMATIC = _is("action", "semi_automatic", "self-loading, one round a pull")
REPEATING = _is("action", "repeating", "reloaded by hand from a magazine or cylinder")
SINGLE_SHOT = _is("action", "single_shot", "single-shot, loaded by hand")
SHORT = Condition(
    _LENGTHS,
    is_short,
    "short: barrel not over 30 cm or overall length not over 60 cm",
    "short by its type: its lengths are not stated",
)
LONG = Condition(
    _LENGTHS,
    _is_long,
    "long: barrel over 30 cm and overall length over 60 cm",
    "long by its type: its lengths are not stated",
)
CENTREFIRE = _is("ignition", "centrefire", "centre-fire ammunition")
RIMFIRE = _is("ignition", "rimfire", "rimfire ammunition")
SMOOTH = _is("bore", "smooth", "smooth bore")
RIFLED = _is_one_of("bore", ("rifled", "mixed"), "a rifled barrel")
OVER_20 = _limit(
    "device_capacity", 20, _HUGE, "a loading device of %(device_capacity)s rounds"
)
OVER_10 = _limit(
    "device_capacity", 10, _HUGE, "a loading device of %(device_capacity)s rounds"
)
OVER_3_WITH_CHAMBER = _limit(
    "device_capacity",
    2,
    _HUGE,
    "%(device_capacity)s rounds and one in the chamber are more than three",
)
UNDER_12_WITH_CHAMBER = _limit(
    "device_capacity",
    2,
    10,
    "%(device_capacity)s rounds and one in the chamber: more than three, under twelve",
)
UP_TO_3_WITH_CHAMBER = _limit(
    "device_capacity",
    -1,
    2,
    "%(device_capacity)s rounds and one in the chamber are at most three",
)
EXTENDABLE = Condition(
    ("device_detachable", "extendable"),
    _extends,
    "the loading device comes off or may be extended with ordinary tools",
)
BARREL_UP_TO_60 = _limit(
    "barrel_mm", -1, 600, "a barrel of %(barrel_mm)s mm, up to 60 cm"
)
UNDER_28 = Condition(
    ("overall_mm",),
    lambda facts: None if facts.overall_mm is None else facts.overall_mm < 280,
    "an overall length of %(overall_mm)s mm, under 28 cm",
)
FROM_28 = Condition(
    ("overall_mm",),
    lambda facts: None if facts.overall_mm is None else facts.overall_mm >= 280,
    "an overall length of %(overall_mm)s mm, 28 cm or more",
)
FROM_SEPTEMBER_2018 = Condition(
    ("placed_on_market",), _on_market_since, "on the market since 14 September 2018"
)

# Read from the top: an item has the first category whose conditions hold. Within A, B
# and C the order is the Annex's own.
SCOPE: tuple[Rule, ...] = (
    Rule(OUTSIDE, (_is("antique", True, "an antique under national law"),)),
    Rule(OUTSIDE, (_is("air_or_gas", True, "driven by air or gas, not an explosive"),)),
    Rule(
        OUTSIDE,
        (
            _is("blank_firing", True, "an alarm or signal weapon"),
            _is("within_2019_69", True, "within Implementing Directive (EU) 2019/69"),
        ),
    ),
)
RULES: tuple[Rule, ...] = (
    Rule("a1", (_is("item", "launcher", "an explosive military missile or launcher"),)),
    Rule("a2", (FIREARM, AUTOMATIC)),
    Rule("a3", (FIREARM, _is("disguised", True, "disguised as another object"))),
    Rule(
        "a4",
        (AMMUNITION, _is("piercing", True, "penetrating, explosive or incendiary")),
    ),
    Rule(
        "a5",
        (
            AMMUNITION,
            _is("expanding", True, "expanding projectiles"),
            _is("handgun_ammunition", True, "for pistols or revolvers"),
            _is("exempt_use", False, "not held for hunting or target shooting"),
        ),
    ),
    Rule(
        "a6",
        (FIREARM, SEMI_AUTOMATIC, _is("was_automatic", True, "once automatic")),
    ),
    Rule("a7", (FIREARM, SEMI_AUTOMATIC, CENTREFIRE, SHORT, OVER_20)),
    Rule("a7", (FIREARM, SEMI_AUTOMATIC, CENTREFIRE, LONG, OVER_10)),
    Rule(
        "a8",
        (
            FIREARM,
            SEMI_AUTOMATIC,
            LONG,
            _is("reducible_below_600", True, "works when shortened below 60 cm"),
        ),
    ),
    Rule("b1", (FIREARM, REPEATING, SHORT)),
    Rule("b2", (FIREARM, SINGLE_SHOT, SHORT, CENTREFIRE)),
    Rule("b3", (FIREARM, SINGLE_SHOT, SHORT, RIMFIRE, UNDER_28)),
    Rule("b4", (FIREARM, SEMI_AUTOMATIC, LONG, RIMFIRE, OVER_3_WITH_CHAMBER)),
    Rule("b4", (FIREARM, SEMI_AUTOMATIC, LONG, CENTREFIRE, UNDER_12_WITH_CHAMBER)),
    Rule("b5", (FIREARM, SEMI_AUTOMATIC, SHORT)),
    Rule(
        "b6",
        (FIREARM, SEMI_AUTOMATIC, LONG, CENTREFIRE, UP_TO_3_WITH_CHAMBER, EXTENDABLE),
    ),
    Rule("b7", (FIREARM, REPEATING, LONG, SMOOTH, BARREL_UP_TO_60)),
    Rule("b7", (FIREARM, SEMI_AUTOMATIC, LONG, SMOOTH, BARREL_UP_TO_60)),
    Rule(
        "b9",
        (
            FIREARM,
            SEMI_AUTOMATIC,
            _is("resembles_automatic", True, "looks like an automatic weapon"),
        ),
    ),
    Rule("c1", (FIREARM, REPEATING, LONG)),
    Rule("c2", (FIREARM, SINGLE_SHOT, LONG, RIFLED)),
    Rule("c3", (FIREARM, SEMI_AUTOMATIC, LONG)),
    Rule("c4", (FIREARM, SINGLE_SHOT, SHORT, RIMFIRE, FROM_28)),
    Rule("c7", (FIREARM, SINGLE_SHOT, LONG, SMOOTH, FROM_SEPTEMBER_2018)),
)
NO_RULE = Reason("no rule of the categories A to C applies; national law may")
DEACTIVATED = Reason("deactivated under Implementing Regulation (EU) 2015/2403")
CONVERTED = Reason(
    "converted to blanks, irritants or pyrotechnics, or to salute or acoustic use"
)
CONVERTED_CATEGORIES = {"a": "a9", "b": "b8", "c": "c5"}


def categorise(facts: Facts) -> Answer:
    """Apply the rules to what is known of an item.

    Parameters
    ----------
    facts : Facts
        Unknown facts are None. Those in ``EXCEPTIONS`` are taken as "no" when they are
        not stated, and the answer names them.

    Returns
    -------
    Answer
        With the category where one is left, else with what is missing.

    References
    ----------
    .. [1] Directive (EU) 2021/555, Annex I, Parts II and IV.
    """
    unstated = tuple(name for name in EXCEPTIONS if getattr(facts, name) is None)
    possible, reasons, missing, used = _answer(
        replace(facts, **dict.fromkeys(unstated, False))  # type: ignore[arg-type]
    )
    return Answer(
        category=possible[0] if len(possible) == 1 else None,
        possible=possible,
        reasons=reasons if len(possible) == 1 else (),
        missing=_in_order(missing) if len(possible) > 1 else (),
        assumed=tuple(name for name in unstated if name in used),
    )


_Found = tuple[tuple[str, ...], tuple[Reason, ...], set[str], set[str]]


def _answer(facts: Facts) -> _Found:
    """Scope first, then what was done to the item, then what it is."""
    outside, why_outside, unclear, asked = _walk(SCOPE, facts)
    if why_outside:
        return (OUTSIDE,), why_outside, unclear, asked
    possible, reasons, missing, used = _walk(RULES, facts)
    possible, reasons = _altered(facts, possible, reasons or (NO_RULE,))
    if unclear:  # it may still turn out to be out of scope
        possible = tuple(dict.fromkeys([*outside, *possible]))
    used |= asked | {"deactivated", "converted_to_blank"}
    return possible, reasons, missing | unclear, used


def _altered(
    facts: Facts, possible: tuple[str, ...], reasons: tuple[Reason, ...]
) -> tuple[tuple[str, ...], tuple[Reason, ...]]:
    """The categories of a firearm that was deactivated or converted to blanks."""
    if facts.item != "firearm" or not (facts.deactivated or facts.converted_to_blank):
        return possible, reasons
    if facts.deactivated:
        changed = [code if code == OUTSIDE else "c6" for code in possible]
        why = DEACTIVATED
    else:
        changed = [CONVERTED_CATEGORIES.get(code[0], code) for code in possible]
        why = CONVERTED
    base = reasons if len(possible) == 1 else ()
    return tuple(dict.fromkeys(changed)), (why, *base)


def _walk(rules: tuple[Rule, ...], facts: Facts) -> _Found:
    """The categories still possible, in order, and what stands between them."""
    possible: list[str] = []
    missing: set[str] = set()
    used: set[str] = set()
    for rule in rules:
        used |= _exceptions_that_matter(rule, facts)
        holds = rule.holds(facts)
        if holds is False:
            continue
        possible.append(rule.category)
        if holds:
            reasons = tuple(part.reason(facts) for part in rule.conditions)
            return tuple(dict.fromkeys(possible)), reasons, missing, used
        for part in rule.conditions:
            if part.holds(facts) is None:
                unknown = [name for name in part.uses if getattr(facts, name) is None]
                missing |= set(unknown or part.uses)  # stated, but not precisely enough
    return tuple(dict.fromkeys([*possible, OUTSIDE])), (), missing, used


def _exceptions_that_matter(rule: Rule, facts: Facts) -> set[str]:
    """The rare facts on which a rule hangs, if nothing else rules it out."""
    rare = {name for part in rule.conditions for name in part.uses} & set(EXCEPTIONS)
    plain = [part for part in rule.conditions if not rare & set(part.uses)]
    return set() if any(part.holds(facts) is False for part in plain) else rare


def _in_order(names: set[str]) -> tuple[str, ...]:
    """Names of facts in the order of the class, so that answers are stable."""
    # The class of length is asked for only while a measure could still be taken.
    if "barrel_mm" in names or "overall_mm" in names:
        names = names - {"length_class"}
    return tuple(field.name for field in fields(Facts) if field.name in names)
