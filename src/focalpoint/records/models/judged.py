"""What every judgement of a person has: who, when, why; and how it is taken back."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Judged(models.Model):
    """A judgement that stands until it is withdrawn or a later one takes its place."""

    reason = models.CharField(_("reason"), max_length=600)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("judged by"),
    )
    at = models.DateTimeField(_("judged"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    withdrawn_reason = models.CharField(
        _("reason of the withdrawal"), max_length=300, blank=True
    )
    # False while withdrawn or while a later judgement of the same stands.
    stands = models.BooleanField(default=True)

    class Meta:
        abstract = True

    def take_back(self, reason: str, by: Any) -> None:
        """Say that it does not stand any more, and why; the row is not stored yet."""
        self.stands = False
        self.withdrawn_at, self.withdrawn_by = timezone.now(), by
        self.withdrawn_reason = reason.strip()[:300]
