"""Leads in order, in the background."""

from focalpoint.jobs.tasks import task


@task
def tidy() -> int:
    """Return leads that their person cannot judge any more; let waiting ones rise."""
    from focalpoint.accounts.access import SYSTEM
    from focalpoint.leads import actions

    actions.set_triage_anew(by=SYSTEM)
    return actions.return_unreachable(by=SYSTEM)
