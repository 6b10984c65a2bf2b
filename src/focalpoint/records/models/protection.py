"""Data protection: erasures with their evidence, requests of persons, breaches."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from focalpoint.records.identifiers import new_id


class Erasure(models.Model):
    """Evidence that values were erased: what, under which rule, who decided."""

    record_type = models.CharField(_("record type"), max_length=30)
    record = models.UUIDField(_("record"), db_index=True)
    reference = models.CharField(_("reference"), max_length=30)
    rule = models.CharField(_("rule"), max_length=40)
    reason = models.CharField(_("reason"), max_length=300)
    fields = models.JSONField(_("fields"), default=list)
    former_states = models.PositiveIntegerField(_("former states erased"), default=0)
    at = models.DateTimeField(_("time"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-at"]


class SubjectRequest(models.Model):
    """What a person asks of us under Directive (EU) 2016/680 art. 14 to 17."""

    class Kind(models.TextChoices):
        ACCESS = "access", _("access")
        RECTIFICATION = "rectification", _("rectification")
        ERASURE = "erasure", _("erasure")
        RESTRICTION = "restriction", _("restriction")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        GRANTED = "granted", _("granted")
        PARTLY = "partly", _("granted in part")
        REFUSED = "refused", _("refused")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices)
    person = models.CharField(_("who asks"), max_length=200)
    contact = models.CharField(_("how to answer"), max_length=300, blank=True)
    received_on = models.DateField(_("received"))
    due_on = models.DateField(_("to be answered by"))
    request = models.TextField(_("what is asked"))
    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.OPEN
    )
    answer = models.TextField(_("answer and reasons"), blank=True)
    answered_on = models.DateField(_("answered"), null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("request of a data subject")
        verbose_name_plural = _("requests of data subjects")
        ordering = ["due_on"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.received_on}"


class Breach(models.Model):
    """A breach of personal data; the authority is told within 72 hours (art. 30)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+")
    title = models.CharField(_("what happened"), max_length=200)
    discovered_at = models.DateTimeField(_("discovered"))
    notify_by = models.DateTimeField(_("authority to be told by"))
    description = models.TextField(_("nature and consequences"))
    categories = models.CharField(_("kinds of data and persons"), max_length=300)
    persons = models.PositiveIntegerField(
        _("persons concerned, about"), null=True, blank=True
    )
    measures = models.TextField(_("measures"), blank=True)
    notified_at = models.DateTimeField(_("authority told"), null=True, blank=True)
    delay_reason = models.CharField(_("reason of delay"), max_length=300, blank=True)
    subjects_told_at = models.DateTimeField(_("persons told"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("breach")
        verbose_name_plural = _("breaches")
        ordering = ["-discovered_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_late(self) -> bool:
        """Whether the 72 hours have passed without the authority being told."""
        told: Any = self.notified_at or timezone.now()
        return bool(told > self.notify_by)
