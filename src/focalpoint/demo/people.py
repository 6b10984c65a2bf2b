"""The units and accounts of the demonstration; their passwords lie in the instance."""

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import hashers

from focalpoint.accounts import actions
from focalpoint.accounts.access import SYSTEM
from focalpoint.accounts.models import Unit, User
from focalpoint.simulation import region
from focalpoint.values import codelists

TOP = "region"
EXAMPLES = "examples"
OFFICES = (
    ("registry", "weapons registry", "authority"),
    ("border", "border police", "authority"),
    ("customs", "customs", "authority"),
)
# Below the state: entities and cantons, where a jurisdiction has them.
PARTS = (
    ("ba", "ba-fbih", "Federation of Bosnia and Herzegovina", "entity"),
    ("ba-fbih", "ba-fbih-sa", "Canton Sarajevo", "canton"),
    ("ba-fbih", "ba-fbih-tk", "Tuzla Canton", "canton"),
    ("ba", "ba-rs", "Republika Srpska", "entity"),
    ("ba", "ba-bd", "Brčko District", "district"),
)


class Account(NamedTuple):
    """One account: sign-in name, role, unit, language."""

    name: str
    role: str
    unit: str
    language: str = "en"


ACCOUNTS = (
    Account("analyst", "analyst", "rs"),
    Account("head", "head", "rs"),
    Account("examiner", "examiner", "rs"),
    Account("registry", "registry", "rs-registry"),
    Account("border", "border", "rs-border"),
    Account("prosecutor", "prosecutor", "rs"),
    Account("reader", "reader", "rs"),
    Account("regional", "regional", TOP),
    Account("auditor", "auditor", TOP),
    Account("protection", "protection", TOP),
    Account("administrator", "administrator", TOP),
    Account("analyst-al", "analyst", "al", "sq"),
    Account("analyst-ba", "analyst", "ba", "bs"),
    Account("analyst-xk", "analyst", "xk", "sq"),
    Account("analyst-me", "analyst", "me", "cnr"),
    Account("analyst-mk", "analyst", "mk", "mk"),
    Account("analyst-md", "analyst", "md", "ro"),
)


def make_units() -> dict[str, Unit]:
    """Make the units: the region, seven jurisdictions and their offices."""
    names = codelists.load("jurisdictions")
    found: dict[str, Unit] = {}
    top = Unit.objects.filter(parent=None).first() or actions.add_unit(
        TOP, "Region (invented data)", by=SYSTEM, level="region"
    )
    found[TOP] = top
    for here in region.JURISDICTIONS:
        title = names.label(here.code)
        found[here.code] = actions.add_unit(
            here.code,
            f"Focal point, {title}",
            by=SYSTEM,
            parent=top,
            jurisdiction=here.code,
            level="state",
        )
        for code, name, level in OFFICES:
            found[f"{here.code}-{code}"] = actions.add_unit(
                f"{here.code}-{code}",
                f"{name.capitalize()}, {title}",
                by=SYSTEM,
                parent=found[here.code],
                level=level,
            )
    for parent, code, name, level in PARTS:
        found[code] = actions.add_unit(
            code, name, by=SYSTEM, parent=found[parent], level=level
        )
    # A tree of its own: what is recorded here is in no figure of the region.
    found[EXAMPLES] = actions.add_unit(
        EXAMPLES, "Examples: published US records", by=SYSTEM, level="authority"
    )
    return found


def make_accounts(units: dict[str, Unit]) -> dict[str, User]:
    """Make the accounts; their random passwords are kept in the instance."""
    made: dict[str, User] = {}
    kept: dict[str, str] = {}
    for account in ACCOUNTS:
        password = secrets.token_urlsafe(9)
        with _quick_hash():
            user = actions.invite(
                account.name,
                password,
                by=SYSTEM,
                first_name=account.name.replace("-", " ").title(),
                language=account.language,
                second_factor_waived=True,
            )
        actions.grant(user, account.role, units[account.unit], by=SYSTEM)
        if account.role in {"analyst", "head", "reader"}:
            actions.grant(user, "reader", units[EXAMPLES], by=SYSTEM)
        made[account.name], kept[account.name] = user, password
    keep(kept)
    return made


@contextmanager
def _quick_hash() -> Iterator[None]:
    """Hash passwords of 72 random bits in milliseconds.

    A slow hash protects passwords that people think of. At the first sign-in these too
    are hashed as all others are.
    """
    hasher: Any = hashers.get_hasher()
    usual = dict(vars(hasher))
    vars(hasher).update(time_cost=1, memory_cost=1024, parallelism=1)
    try:
        yield
    finally:
        vars(hasher).clear()
        vars(hasher).update(usual)


def path() -> Path:
    """Where the passwords of the demonstration accounts lie."""
    return Path(settings.HOME) / settings.DEMONSTRATION_ACCOUNTS.name


def keep(passwords: dict[str, str]) -> None:
    """Write the passwords so that only the instance's owner reads them."""
    handle = os.open(path(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        json.dump(passwords, out, indent=1)


def sign_ins() -> list[tuple[Account, str]]:
    """Return the demonstration accounts with their passwords; none elsewhere."""
    if not path().is_file():
        return []
    kept = json.loads(path().read_text(encoding="utf-8"))
    return [
        (account, kept[account.name]) for account in ACCOUNTS if account.name in kept
    ]
