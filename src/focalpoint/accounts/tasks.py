"""Work of the accounts and of the audit trail below them, in the background."""

from focalpoint.accounts import oversight
from focalpoint.accounts.access import SYSTEM
from focalpoint.audit import actions as audit
from focalpoint.jobs import backend
from focalpoint.jobs.tasks import task


@task
def seal_audit() -> None:
    """Sign the end of the audit trail."""
    audit.seal()


@task
def forget_old_runs() -> int:
    """Remove finished background runs."""
    return backend.forget_old()


@task
def draw_samples() -> int:
    """Draw looks at records for supervisors to review."""
    return oversight.draw(by=SYSTEM)
