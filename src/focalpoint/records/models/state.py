"""Former states of records: the values that the audit trail must not hold."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class State(models.Model):
    """What fields of a record were before a change; expires with the record."""

    record_type = models.CharField(max_length=30)
    record = models.UUIDField()
    version = models.PositiveIntegerField(_("version"))
    action = models.CharField(_("action"), max_length=60)
    at = models.DateTimeField(_("time"), default=timezone.now)
    by = models.CharField(_("by"), max_length=40)
    batch = models.UUIDField(null=True, db_index=True)
    values = models.JSONField(_("former values"), default=dict)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("former state")
        verbose_name_plural = _("former states")
        indexes = [models.Index(fields=["record", "version"], name="state_record")]
