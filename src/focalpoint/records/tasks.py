"""Work of the records in the background."""

from focalpoint.jobs.tasks import task


@task
def find_due_for_review() -> int:
    """Put the records whose retention period has ended into the review queue."""
    from focalpoint.records import retention

    return retention.mark_due()


@task
def tell_of_new_results() -> int:
    """Count what has come for every saved search."""
    from focalpoint.records import saved

    return saved.count_new()


@task
def add_up_counts() -> int:
    """Add the rows of the maintained counts up, so that reading them stays quick."""
    from focalpoint.records import index

    return index.add_up()
