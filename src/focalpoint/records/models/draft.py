"""Drafts: what a person has typed and not yet recorded."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from focalpoint.records.identifiers import new_id


class Draft(models.Model):
    """The fields of an unfinished form; belongs to its writer alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts"
    )
    form = models.CharField(_("form"), max_length=40)
    title = models.CharField(_("title"), max_length=120, blank=True)
    values = models.JSONField(_("fields"), default=dict)
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ["-saved_at"]
