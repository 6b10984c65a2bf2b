"""Hand a command to Django, with the exit status and messages of our own commands."""

import os
import sys


def execute(arguments: list[str]) -> int:
    """Run a management command; hyphens in its name are underscores in the file's."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "focalpoint.settings")
    from django.core.management import ManagementUtility

    name, *rest = arguments
    ManagementUtility(["focalpoint", name.replace("-", "_"), *rest]).execute()
    sys.stdout.flush()
    return 0
