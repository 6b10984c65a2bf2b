"""What speaks for and against a suggestion, as sentences in the reader's language.

Leads keep codes with parameters; the sentences are here, so that one lead reads alike
to everybody, each in their own language. A test holds them against the engine's own.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from focalpoint.records import wording

RELATIONS = {
    "same": _("Possibly one firearm."),
    "clone": _("Same marking, but by all appearance on firearms that differ."),
    "lot": _("By all appearance two firearms of one delivery."),
    "part": _("Possibly a component and the firearm that it belongs to."),
}
RELATION_WORDS = {
    "same": _("Same gun?"),
    "clone": _("Clone"),
    "lot": _("Same lot"),
    "part": _("Part of"),
}
SENTENCES: Mapping[str, Any] = {
    "serial.equal": _("The serial numbers are equal: %(normal)s."),
    "serial.look_alike": _(
        "The serial numbers differ only in signs that look alike: %(a)s and %(b)s."
    ),
    "serial.script": _(
        "The serial numbers are one number written in two scripts: %(a)s and %(b)s."
    ),
    "serial.unread": _(
        "What can be read of the serial numbers agrees: %(a)s and %(b)s."
    ),
    "serial.unread_end": _(
        "What can be read of the serial numbers agrees, and of one the end is lost: "
        "%(a)s and %(b)s."
    ),
    "serial.unread_confusable": _(
        "What can be read of the serial numbers agrees but for one sign that is easily "
        "misread: %(a)s and %(b)s."
    ),
    "serial.confusable": _(
        "The serial numbers differ in one sign that is easily misread: %(a)s and %(b)s."
    ),
    "serial.last": _(
        "The serial numbers differ in the last sign only, as neighbours of one delivery "
        "do: %(a)s and %(b)s."
    ),
    "serial.substituted": _("The serial numbers differ in one sign: %(a)s and %(b)s."),
    "serial.transposed": _(
        "Two neighbouring signs of the serial numbers are swapped: %(a)s and %(b)s."
    ),
    "serial.dropped": _(
        "One serial number has a sign that the other lacks: %(a)s and %(b)s."
    ),
    "serial.two_confusable": _(
        "The serial numbers differ in two signs that are easily misread: %(a)s and "
        "%(b)s."
    ),
    "serial.absent": _("One of the records has no serial number."),
    "serial.other": _("The serial numbers differ: %(a)s and %(b)s."),
    "make.equal": _("The make is the same: %(a)s."),
    "make.differs": _("The makes differ: %(a)s and %(b)s."),
    "model.equal": _("The model is the same: %(a)s."),
    "model.related": _(
        "One model name is the beginning of the other: %(a)s and %(b)s."
    ),
    "model.differs": _("The models differ: %(a)s and %(b)s."),
    "calibre.equal": _("The calibre is the same: %(a)s."),
    "calibre.confusable": _(
        "The calibres are often taken for one another: %(a)s and %(b)s."
    ),
    "calibre.differs": _("The calibres differ: %(a)s and %(b)s."),
    "type.equal": _("The type is the same: %(a)s."),
    "type.related": _("The types are of one family: %(a)s and %(b)s."),
    "type.differs": _("The types differ: %(a)s and %(b)s."),
    "year.differs": _("The years of manufacture differ: %(a)s and %(b)s."),
    "repeats": _(
        "The number stands on %(number)s records: it may be a marking that several "
        "firearms carry."
    ),
    "lot": _("The numbers are %(steps)s apart, as in one delivery."),
    "part": _("One record is of a component (%(part)s), the other of a firearm."),
    "rivals": _("Other records fit too, which takes from the weight of this one."),
}
# of persons
PERSON_SENTENCES: Mapping[str, Any] = {
    "led.differs": _("They stand in different categories: %(a)s and %(b)s."),
    "name.equal": _("%(b)s is the same name as %(a)s."),
    "name.sound": _("%(a)s and %(b)s are spellings of one name."),
    "name.ending": _("%(a)s and %(b)s differ in their ending only."),
    "name.near": _("%(a)s and %(b)s are one slip of the pen apart."),
    "name.cut": _("%(a)s may be short for %(b)s."),
    "name.initial": _("%(a)s is the first letter of %(b)s."),
    "name.extra": _("%(a)s stands in one of the names only."),
    "name.differs": _("%(a)s and %(b)s are different names."),
    "order.turned": _("The first name of one is the family name of the other."),
    "relatives.shared": _(
        "Relatives share a family name: it counts for little where first names differ."
    ),
    "father.equal": _("The father's name is the same: %(a)s."),
    "father.derived": _("%(a)s is formed from the father's name %(b)s."),
    "father.differs": _("The fathers' names differ: %(a)s and %(b)s."),
    "born.day": _("Born on the same day: %(a)s."),
    "born.month": _("Born in the same month as far as stated: %(a)s and %(b)s."),
    "born.year": _("Born in the same year as far as stated: %(a)s and %(b)s."),
    "born.turned": _(
        "The dates of birth are the same with day and month changed over: %(a)s and %(b)s."
    ),
    "born.near": _(
        "The dates of birth differ in one figure or one part: %(a)s and %(b)s."
    ),
    "born.next": _("Born a year apart as far as stated: %(a)s and %(b)s."),
    "born.differs": _("The dates of birth differ: %(a)s and %(b)s."),
    "number.equal": _("The identity number is the same: %(a)s."),
    "number.near": _("The identity numbers are one figure apart: %(a)s and %(b)s."),
    "number.differs": _("The identity numbers differ: %(a)s and %(b)s."),
    "sex.equal": _("The sex is the same."),
    "sex.differs": _("The sex differs."),
}
TRIAGE = {
    "weight": _("The evidence is worth %(weight)s bits."),
    "cross_border": _(
        "Two jurisdictions, %(first)s and %(second)s: neither sees it alone."
    ),
    "reported_and_recovered": _("One record looks for a gun, the other has one."),
    "inferred": _("One record is known from fired material only."),
    "recent": _("It was recovered a short while ago."),
    "steps_open": _("The recovery is still being worked on."),
    "changed": _("It is asked again because a record changed."),
    "clone_or_lot": _("By all appearance two guns: a clone or one lot."),
    "both_registered": _("Two entries of registers: nobody waits for it."),
    "unsure_before": _("Somebody could not say before."),
    "waiting": _("It has waited %(days)s days."),
}
LISTS = {
    "make": "makes",
    "calibre": "calibres",
    "type": "firearm_types",
    "led": "led_categories",
}
UNNAMED = "~"  # before a make or a type that no list knows


def field_of(code: str) -> str:
    """Return which field a reason speaks of; nothing where it is of none."""
    name, _dot, level = code.partition(".")
    return name if level else ""


def sentence(item: Mapping[str, Any]) -> str:
    """Return one reason for or against as a sentence."""
    code = str(item["code"])
    template = SENTENCES.get(code) or PERSON_SENTENCES.get(code)
    if template is None:
        return code
    return gettext_of(template, _shown(code, item.get("params", {})))


def sentences(evidence: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return all reasons as sentences, in the order of the lead."""
    return [sentence(item) for item in evidence]


def urgency(reason: Mapping[str, Any]) -> str:
    """Return one reason of the order of the inbox as a sentence."""
    code = str(reason["code"])
    params = dict(reason.get("params", {}))
    for name in ("first", "second"):
        if name in params:
            params[name] = wording.jurisdiction(params[name])
    if isinstance(params.get("weight"), int | float):
        params["weight"] = number_format(params["weight"], 1)
    template = TRIAGE.get(code)
    return code if template is None else gettext_of(template, params)


def bits(weight: float) -> str:
    """Return a weight with its sign, as +9.6 or −0.6."""
    size = round(abs(weight), 1)
    text = str(number_format(size, 1))
    return f"{'+' if weight > 0 else '−'}{text}" if size else text


def gettext_of(template: Any, params: Mapping[str, Any]) -> str:
    """Fill a translated sentence; a parameter that is missing never breaks a page."""
    try:
        return str(template) % params
    except (KeyError, TypeError):
        return str(template)


def _shown(code: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters as people read them: labels for codes."""
    name = field_of(code)
    shown = dict(params)
    for key in ("a", "b"):
        if key in shown:
            shown[key] = value_of(name, str(shown[key]))
    if "part" in shown:
        shown["part"] = wording.label(shown["part"], "component_types")
    return shown


def value_of(name: str, value: str) -> str:
    """Return a compared value as people read it."""
    if not value:
        return gettext("not stated")
    if value.startswith(UNNAMED):
        return f"“{value[1:]}”"
    if name == "model":
        return value.upper()
    return wording.label(value, LISTS[name]) if name in LISTS else value
