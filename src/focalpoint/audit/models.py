"""The audit trail says *that* something happened; a record's history says *what*."""

from django.db import models
from django.utils.translation import gettext_lazy as _

GENESIS = "0" * 64


class Event(models.Model):
    """One thing somebody did. Holds no values and no personal data.

    ``fields`` and ``detail`` are stored as the canonical JSON text that was hashed, so
    that verification reads exactly what was sealed.
    """

    class Kind(models.TextChoices):
        """The operations that Directive (EU) 2016/680 art. 25 names, and our own."""

        COLLECTION = "collection", _("collection")
        ALTERATION = "alteration", _("alteration")
        CONSULTATION = "consultation", _("consultation")
        DISCLOSURE = "disclosure", _("disclosure")
        COMBINATION = "combination", _("combination")
        ERASURE = "erasure", _("erasure")
        SECURITY = "security", _("security")

    seq = models.BigIntegerField(_("number"), primary_key=True)
    at = models.DateTimeField(_("time"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    action = models.CharField(_("action"), max_length=60)
    actor = models.CharField(_("actor"), max_length=40)
    record_type = models.CharField(_("record type"), max_length=30, blank=True)
    record = models.CharField(_("record"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=45, blank=True)
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    fields = models.TextField(_("fields"), default="[]")
    detail = models.TextField(_("detail"), default="{}")
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        indexes = [
            models.Index(fields=["record", "seq"], name="audit_record"),
            models.Index(fields=["actor", "seq"], name="audit_actor"),
            models.Index(fields=["action", "seq"], name="audit_action"),
        ]


class Head(models.Model):
    """The end of the chain: one row, locked by whoever appends."""

    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)

    class Meta:
        verbose_name = _("head of the audit trail")


class Seal(models.Model):
    """A signed head: proof, also outside the database, of how the chain stood then."""

    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()
    signature = models.CharField(max_length=128)

    class Meta:
        verbose_name = _("seal of the audit trail")


class Sample(models.Model):
    """An event drawn by chance, for a supervisor to ask whether it was in order."""

    class Verdict(models.TextChoices):
        OPEN = "", _("not reviewed")
        IN_ORDER = "in_order", _("in order")
        ASK = "ask", _("to be asked about")
        NOT_IN_ORDER = "not_in_order", _("not in order")

    event = models.BigIntegerField(_("event"), unique=True)
    actor = models.CharField(_("actor"), max_length=40, db_index=True)
    drawn_at = models.DateTimeField(_("drawn"))
    verdict = models.CharField(
        _("verdict"), max_length=12, choices=Verdict.choices, blank=True, db_index=True
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    reviewer = models.CharField(_("reviewer"), max_length=40, blank=True)
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, blank=True)

    class Meta:
        verbose_name = _("sample of the audit trail")
        verbose_name_plural = _("samples of the audit trail")
