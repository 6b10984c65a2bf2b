"""The EU category of a firearm: computed from its record, confirmed by a person."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from focalpoint.accounts.access import require
from focalpoint.audit import actions as audit
from focalpoint.records import actions, history
from focalpoint.records.models import Firearm
from focalpoint.values import codelists, eu_category, eu_facts
from focalpoint.values.errors import BadInput

# The list of calibres says how a round is fired in short; the rules read ``ignitions``.
IGNITIONS = {"centre": "centrefire", "rim": "rimfire", "pin": "pinfire"}


def facts_of(firearm: Firearm) -> eu_category.Facts:
    """Return what a record says that the directive asks."""
    calibre = codelists.load("calibres").get(firearm.calibre)
    told = calibre.extra.get("ignition", "") if calibre else ""
    return eu_facts.facts_of(
        firearm.type,
        firearm.action,
        origin_class=firearm.origin_class,
        functional_state=firearm.functional_state,
        barrel_mm=firearm.barrel_length_mm,
        overall_mm=firearm.overall_length_mm,
        device_capacity=firearm.capacity,
        ignition=IGNITIONS.get(told, told),
        bore=firearm.bore,
        reducible_below_600=firearm.folding_below_60cm,
    )


def suggest(firearm: Firearm) -> eu_category.Answer:
    """Return category, reasons and missing inputs."""
    return eu_category.categorise(facts_of(firearm))


@transaction.atomic
def confirm(firearm: Firearm, category: str, *, by: Any) -> Firearm:
    """Set the category: a person's decision beside the machine's suggestion."""
    require(by, "records.change", on=firearm)
    if codelists.load("eu_categories").get(category) is None:
        raise BadInput("Choose a category from A1 to C7.")
    firearm = actions.lock(firearm)
    former = {
        "eu_category": firearm.eu_category,
        "eu_rule_version": firearm.eu_rule_version,
    }
    history.remember(firearm, former, by=by, action="records.change")
    firearm.eu_category = category
    firearm.eu_rule_version = eu_category.RULES_VERSION
    firearm.eu_confirmed_by, firearm.eu_confirmed_at = by, timezone.now()
    actions.bump(firearm)
    firearm.save()
    actions.settle([firearm])
    audit.write("records.change", by=by, on=firearm, fields=["eu_category"])
    return firearm
