"""The people of every test.

Alice is analyst of North, Bob reader of North, Charlie analyst of South, Dana examiner
of North's laboratory, Erin head of North, Frank administrator without cases, Greta
prosecutor of North, Hana auditor of North, Ivo data-protection officer of North.
"""

from typing import NamedTuple

from focalpoint.accounts.models import Membership, Unit, User

PASSWORD = "correct horse battery staple"


class Cast(NamedTuple):
    region: Unit
    north: Unit
    south: Unit
    laboratory: Unit
    alice: User
    bob: User
    charlie: User
    dana: User
    erin: User
    frank: User
    greta: User
    hana: User
    ivo: User


def assemble() -> Cast:
    """Make units and people."""
    region = unit("region", "Region", "", None)
    north = unit("north", "North", "rs", region)
    south = unit("south", "South", "al", region)
    laboratory = unit("laboratory", "Laboratory of North", "rs", north)
    return Cast(
        region,
        north,
        south,
        laboratory,
        alice=person("alice", "analyst", north),
        bob=person("bob", "reader", north),
        charlie=person("charlie", "analyst", south),
        dana=person("dana", "examiner", laboratory),
        erin=person("erin", "head", north),
        frank=person("frank", "administrator", region),
        greta=person("greta", "prosecutor", north),
        hana=person("hana", "auditor", north),
        ivo=person("ivo", "protection", north),
    )


def unit(code: str, name: str, jurisdiction: str, parent: Unit | None) -> Unit:
    """Make one unit."""
    path = f"{parent.path if parent else '/'}{code}/"
    return Unit.objects.create(
        code=code, name=name, jurisdiction=jurisdiction, parent=parent, path=path
    )


def person(name: str, role: str, where: Unit) -> User:
    """Make one person with one role."""
    user = User.objects.create_user(
        username=name, password=PASSWORD, first_name=name.capitalize()
    )
    user.second_factor_waived = True
    user.save()
    Membership.objects.create(user=user, role=role, unit=where)
    return user
