"""Fill the instance that journeys drive: people, an event, a firearm, a person.

Runs in a process of its own, with the instance's settings, and prints what it made.
"""

import json
import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "focalpoint.settings")
    import django

    django.setup()
    from focalpoint.records import actions, checklist
    from focalpoint.web.tables import address
    from tests import cast, make

    people = cast.assemble()
    night = cast.person("night", "analyst", people.north)
    night.theme, night.single_keys = "dark", False
    night.save()
    keyholder = cast.person("keyholder", "administrator", people.region)
    keyholder.second_factor_waived = False
    keyholder.save()
    incident = make.incident(people.alice, handling="h1", place="Batrovci")
    firearm = make.firearm(people.alice, serial="218?71", incident=incident)
    checklist.open_checklist(firearm, by=people.alice)
    actions.change(firearm, {"model": "M57"}, by=people.erin)
    person = make.person(people.alice, incident=incident)
    actions.link(firearm, person, "other", by=people.alice)
    made = {"incident": address(incident), "firearm": address(firearm)}
    sys.stdout.write(json.dumps(made))


if __name__ == "__main__":
    main()
