"""Searches that a person keeps, and how far they have looked."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SavedSearch(models.Model):
    """A filter with a name, of one person; it tells what has come since they looked."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_searches"
    )
    name = models.CharField(_("name"), max_length=120)
    query = models.CharField(_("query"), max_length=500, blank=True)
    record_type = models.CharField(_("record type"), max_length=30, blank=True)
    chosen = models.JSONField(_("filters"), default=dict)
    last_seen = models.BigIntegerField(default=0)  # number of the latest document
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)
    looked_at = models.DateTimeField(_("last opened"), default=timezone.now)
    alerts = models.BooleanField(_("tell me of new results"), default=False)
    # Counted in the background, for the rights that the person had then.
    fresh = models.PositiveIntegerField(null=True, editable=False)
    counted_at = models.DateTimeField(null=True, editable=False)
    counted_for = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="one_name_a_person")
        ]
