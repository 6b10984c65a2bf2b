"""The EU category of a firearm: computed from its record, confirmed by a person."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from focalpoint.accounts.access import require
from focalpoint.audit import actions as audit
from focalpoint.records import actions, history
from focalpoint.records.models import Firearm
from focalpoint.values import codelists, eu_category
from focalpoint.values.errors import BadInput

# How the codes of the list ``actions`` answer the directive's question. A revolver is
# reloaded by hand from its cylinder: repeating.
ACTION = {
    "automatic_selective": "automatic",
    "automatic_only": "automatic",
    "burst": "automatic",
    "semi_auto": "semi_automatic",
    "bolt": "repeating",
    "lever": "repeating",
    "pump": "repeating",
    "straight_pull": "repeating",
    "revolving_da": "repeating",
    "revolving_sa": "repeating",
    "revolving_dao": "repeating",
    "break": "single_shot",
    "falling_block": "single_shot",
}
# What the type of a firearm says of itself where the action was not recorded.
ACTION_OF_TYPE = {
    "pistol_sa": "semi_automatic",
    "pistol_ss": "single_shot",
    "pistol_auto": "automatic",
    "revolver": "repeating",
    "rifle_bolt": "repeating",
    "rifle_lever": "repeating",
    "rifle_pump": "repeating",
    "rifle_straight_pull": "repeating",
    "rifle_sa": "semi_automatic",
    "rifle_ss": "single_shot",
    "assault_rifle": "automatic",
    "battle_rifle": "automatic",
    "smg": "automatic",
    "mg_light": "automatic",
    "mg_gp": "automatic",
    "mg_heavy": "automatic",
    "shotgun_break_ss": "single_shot",
    "shotgun_pump": "repeating",
    "shotgun_sa": "semi_automatic",
    "shotgun_bolt": "repeating",
}
SHORT_TYPES = ("pistol", "revolver")
LONG_TYPES = ("rifle", "shotgun", "machine_gun")
BLANK_ORIGINS = ("salute_acoustic",)


def facts_of(firearm: Firearm) -> eu_category.Facts:
    """Return what a record says that the directive asks."""
    calibre = codelists.load("calibres").get(firearm.calibre)
    is_launcher = firearm.type.startswith("launcher_")
    return eu_category.Facts(
        item="launcher" if is_launcher else "firearm",
        action=ACTION.get(firearm.action) or ACTION_OF_TYPE.get(firearm.type),
        length_class=_length_class(firearm.type),
        barrel_mm=firearm.barrel_length_mm,
        overall_mm=firearm.overall_length_mm,
        device_capacity=firearm.capacity,
        ignition=(calibre.extra.get("ignition") if calibre else None) or None,
        bore=firearm.bore or None,
        reducible_below_600=firearm.folding_below_60cm,
        converted_to_blank=True if firearm.type in BLANK_ORIGINS else None,
        deactivated=_is_deactivated(firearm),
        disguised=True if firearm.type == "disguised" else None,
        antique=True if firearm.type == "antique" else None,
        air_or_gas=True if firearm.type == "air_gas_gun" else None,
    )


def _length_class(code: str) -> str | None:
    known = codelists.load("firearm_types").get(code)
    family = {code, known.parent if known else ""}
    if family & set(SHORT_TYPES):
        return "short"
    return "long" if family & set(LONG_TYPES) else None


def _is_deactivated(firearm: Firearm) -> bool | None:
    told = firearm.type == "deactivated" or firearm.functional_state == "deactivated"
    return True if told else None


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
