"""``task``: the mark of every function that the worker may run.

With ``backend.py`` the only module that speaks to the task library, which becomes part
of Django itself in version 6.
"""

from collections.abc import Callable
from typing import Any

import django_tasks


def task(function: Callable[..., Any] | None = None, *, queue: str = "default") -> Any:
    """Mark a module-level function as work for the background.

    Its arguments are identifiers and plain values, never records.
    """
    if function is None:
        return lambda found: task(found, queue=queue)
    return django_tasks.task(queue_name=queue)(function)
