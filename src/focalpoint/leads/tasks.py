"""Leads in order, in the background."""

from focalpoint.jobs.tasks import task


@task
def tidy() -> int:
    """Return leads that their person cannot judge, let waiting ones rise, forget old."""
    from focalpoint.accounts.access import SYSTEM
    from focalpoint.leads import raising

    last = None
    while True:
        _moved, last = raising.set_triage_anew(by=SYSTEM, after=last)
        if last is None:
            break
    raising.forget_lapsed(by=SYSTEM)
    return raising.return_unreachable(by=SYSTEM)
