"""Facts for the EU category from the codes of a firearm record.

What a type of firearm implies (a revolver is short and repeating) is used only where
the record does not say otherwise.
"""

from dataclasses import replace

from focalpoint.values.eu_category import Facts

_LONG_RIFLE: dict[str, object] = {"length_class": "long", "bore": "rifled"}
_SHOTGUN: dict[str, object] = {"length_class": "long", "bore": "smooth"}
_AUTOMATIC: dict[str, object] = {"action": "automatic"}
_LAUNCHER: dict[str, object] = {"item": "launcher"}
_NO_FIREARM: dict[str, object] = {"item": "other"}

# What the codes of the list ``firearm_types`` imply.
TYPES: dict[str, dict[str, object]] = {
    "pistol": {"length_class": "short"},
    "pistol_sa": {"action": "semi_automatic", "length_class": "short"},
    "pistol_ss": {"action": "single_shot", "length_class": "short"},
    "pistol_auto": {**_AUTOMATIC, "length_class": "short"},
    "revolver": {"action": "repeating", "length_class": "short"},
    "rifle": _LONG_RIFLE,
    "rifle_bolt": {**_LONG_RIFLE, "action": "repeating"},
    "rifle_lever": {**_LONG_RIFLE, "action": "repeating"},
    "rifle_pump": {**_LONG_RIFLE, "action": "repeating"},
    "rifle_straight_pull": {**_LONG_RIFLE, "action": "repeating"},
    "rifle_sa": {**_LONG_RIFLE, "action": "semi_automatic"},
    "rifle_ss": {**_LONG_RIFLE, "action": "single_shot"},
    "assault_rifle": {**_LONG_RIFLE, **_AUTOMATIC},
    "battle_rifle": _LONG_RIFLE,
    "dmr_sniper": _LONG_RIFLE,
    "smg": _AUTOMATIC,
    "machine_gun": _AUTOMATIC,
    "mg_light": _AUTOMATIC,
    "mg_gp": _AUTOMATIC,
    "mg_heavy": _AUTOMATIC,
    "shotgun": _SHOTGUN,
    "shotgun_break_ss": {**_SHOTGUN, "action": "single_shot"},
    "shotgun_break_double": {**_SHOTGUN, "action": "single_shot"},
    "shotgun_break_combo": {
        **_SHOTGUN,
        "action": "single_shot",
        "bore": "mixed",
    },
    "shotgun_pump": {**_SHOTGUN, "action": "repeating"},
    "shotgun_sa": {**_SHOTGUN, "action": "semi_automatic"},
    "shotgun_bolt": {**_SHOTGUN, "action": "repeating"},
    "aas_alarm_signal": {"blank_firing": True},
    "salute_acoustic": {"converted_to_blank": True},
    "flobert": {"ignition": "rimfire"},
    "air_gas_gun": {"air_or_gas": True},
    "deactivated": {"deactivated": True},
    "antique": {"antique": True},
    "disguised": {"disguised": True},
    "replica": _NO_FIREARM,
    "imitation": _NO_FIREARM,
    "light_weapon": _LAUNCHER,
    "launcher_grenade": _LAUNCHER,
    "launcher_rocket": _LAUNCHER,
    "atgm": _LAUNCHER,
    "manpads": _LAUNCHER,
    "mortar": _LAUNCHER,
    "recoilless": _LAUNCHER,
    "part_only": {"item": None},
}
# The list ``actions``; break-action guns are loaded by hand, barrel by barrel.
ACTIONS: dict[str, str] = {
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
    "muzzle_loading": "single_shot",
}
# The list ``origin_classes``: what was done to the gun.
ORIGINS: dict[str, dict[str, object]] = {
    "converted_aas": {"blank_firing": False},
    "converted_acoustic": {"converted_to_blank": False},
    "reactivated": {"deactivated": False},
    "autofire_added": _AUTOMATIC,
}


def facts_of(
    firearm_type: str = "",
    action: str = "",
    *,
    origin_class: str = "",
    functional_state: str = "",
    **stated: object,
) -> Facts:
    """Facts from the codes and measures of a record.

    Parameters
    ----------
    firearm_type, action, origin_class, functional_state : str
        Codes of the lists of these names; empty or unknown codes imply nothing.
    **stated
        Fields of ``Facts`` that the record states itself; None and the empty string
        mean not stated, as does the code ``unknown``.
    """
    implied = dict(TYPES.get(firearm_type, {}))
    if action in ACTIONS:
        implied["action"] = ACTIONS[action]
    if functional_state == "deactivated":
        implied["deactivated"] = True
    implied.update(ORIGINS.get(origin_class, {}))
    given = {
        name: value
        for name, value in stated.items()
        if value not in (None, "", "unknown")
    }
    return replace(Facts(), **{**implied, **given})  # type: ignore[arg-type]
