"""Runs over everything, and the counts that weights are computed from."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from focalpoint.records.identifiers import new_id


class Run(models.Model):
    """One comparison of all records, or of those that changed since the last one.

    ``position`` is the last record that is done; it moves in the same transaction as
    the leads are raised, so that a run that was killed goes on behind it.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        STOPPED = "stopped", _("stopped")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    type_code = "identity_run"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record_type = models.CharField(_("record type"), max_length=30)
    engine_version = models.CharField(_("version of the engine"), max_length=40)
    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.RUNNING
    )
    # Only records that changed after this moment; all where it is empty.
    since = models.DateTimeField(_("changed since"), null=True)
    position = models.UUIDField(_("last record done"), null=True)
    total = models.PositiveIntegerField(_("records to compare"), default=0)
    done = models.PositiveIntegerField(_("records compared"), default=0)
    raised = models.PositiveIntegerField(_("leads raised"), default=0)
    reopened = models.PositiveIntegerField(_("leads asked again"), default=0)
    lapsed = models.PositiveIntegerField(_("leads taken back"), default=0)
    too_broad = models.PositiveIntegerField(_("too common to compare"), default=0)
    stop_asked = models.BooleanField(_("asked to stop"), default=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    started_at = models.DateTimeField(_("begun"), default=timezone.now)
    moved_at = models.DateTimeField(_("last step"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("comparison of all records")
        verbose_name_plural = _("comparisons of all records")
        ordering = ["-id"]
        constraints = [
            # Two runs over one type at a time would do the same work twice.
            models.UniqueConstraint(
                fields=["record_type"],
                condition=models.Q(state="running"),
                name="one_identity_run",
            )
        ]

    @property
    def share(self) -> float:
        """How much of it is done, from 0 to 1."""
        return min(1.0, self.done / self.total) if self.total else 0.0


class Counted(models.Model):
    """How common things are in the data: the counts of the last run, as the engine
    keeps them. One row for each record type."""

    record_type = models.CharField(_("record type"), max_length=30, primary_key=True)
    engine_version = models.CharField(_("version of the engine"), max_length=40)
    counts: Any = models.TextField(_("counts"))
    counted_at = models.DateTimeField(_("counted"), default=timezone.now)

    class Meta:
        verbose_name = _("counts of a record type")
        verbose_name_plural = _("counts of record types")


class PersonKey(models.Model):
    """A form of a name under which a person is looked up; made of the record, and gone
    with its values."""

    person = models.UUIDField(_("person"), db_index=True)
    key = models.CharField(_("key"), max_length=80)

    class Meta:
        verbose_name = _("key of a name")
        verbose_name_plural = _("keys of names")
        constraints = [
            models.UniqueConstraint(fields=["key", "person"], name="one_person_key")
        ]
