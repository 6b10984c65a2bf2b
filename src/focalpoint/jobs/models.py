"""What runs again and again."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Schedule(models.Model):
    """A task that runs every so often; the row is claimed by whoever enqueues it."""

    task = models.CharField(_("task"), max_length=120, unique=True)
    every_seconds = models.PositiveIntegerField(_("every, in seconds"))
    next_due = models.DateTimeField(_("next due"))
    last_run = models.DateTimeField(_("last run"), null=True, blank=True)
    enabled = models.BooleanField(_("enabled"), default=True)

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")

    def __str__(self) -> str:
        return self.task
