"""Leads in order, in the background."""

from focalpoint.jobs.tasks import task


@task
def tidy() -> int:
    """Return leads that their person cannot judge, let waiting ones rise, forget old."""
    from focalpoint.accounts.access import SYSTEM
    from focalpoint.leads import actions

    last = None
    while True:
        _moved, last = actions.set_triage_anew(by=SYSTEM, after=last)
        if last is None:
            break
    actions.forget_lapsed(by=SYSTEM)
    return actions.return_unreachable(by=SYSTEM)
