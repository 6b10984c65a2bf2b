"""What every record has: who holds it, how it may be used, where it came from."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from focalpoint.records.fields import CodeField
from focalpoint.records.identifiers import new_id

HANDLING = [
    "+".join(code for code, bit in (("h1", 4), ("h2", 2), ("h3", 1)) if mask & bit)
    or "h0"
    for mask in range(8)
]


class Record(models.Model):
    """What one source recorded at one time.

    The identity of a physical thing is not here: it is a set of judgements beside the
    records, and ``dossier`` only the computed result.
    """

    type_code: ClassVar[str] = ""
    record_type: ClassVar[Any]  # its row of the registry, set there
    view_capabilities: ClassVar[tuple[str, ...]] = ()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(_("reference"), max_length=30, unique=True)
    unit = models.ForeignKey(
        "accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("unit")
    )
    jurisdiction = CodeField(_("jurisdiction"), codelist="jurisdictions", blank=True)
    handling = models.CharField(
        _("handling code"),
        max_length=8,
        default="h0",
        choices=[(code, code.upper()) for code in HANDLING],
    )
    handling_note = models.CharField(_("restriction"), max_length=300, blank=True)
    grading_source = CodeField(
        _("grade of the source"), codelist="grading_sources_4x4", blank=True
    )
    grading_information = CodeField(
        _("grade of the information"), codelist="grading_information_4x4", blank=True
    )
    source = models.CharField(_("source"), max_length=120, blank=True)
    source_key = models.CharField(_("number at the source"), max_length=120, blank=True)
    as_read = models.JSONField(_("as read"), default=dict, blank=True)
    other = models.JSONField(_("other columns of the source"), default=dict, blank=True)
    remarks = models.TextField(_("remarks"), blank=True)

    dossier = models.UUIDField(_("dossier"), db_index=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    batch = models.UUIDField(_("import"), null=True, db_index=True, editable=False)
    is_complete = models.BooleanField(default=True, editable=False)
    created_at = models.DateTimeField(
        _("recorded"), default=timezone.now, editable=False
    )
    updated_at = models.DateTimeField(
        _("updated"), default=timezone.now, editable=False, db_index=True
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        db_index=False,
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)
    withdrawn_reason = models.CharField(max_length=300, blank=True, editable=False)
    review_due = models.DateField(_("review due"), null=True, editable=False)

    class Meta:
        abstract = True
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "source", "source_key"],
                condition=~models.Q(source_key=""),
                name="%(class)s_source_key",
            )
        ]
        indexes = [
            models.Index(fields=["unit", "-id"], name="%(class)s_unit"),
        ]

    def __str__(self) -> str:
        return self.caption or self.reference

    @property
    def caption(self) -> str:
        """What the record is, in a few words, from its descriptor."""
        return str(self.record_type.caption_of(self))

    def prepare(self) -> None:
        """Set the columns that are computed from the others, before every save."""


def with_seen(
    queryset: models.QuerySet[Any],
    column: str,
    seen: models.QuerySet[Any],
    key: str = "pk",
) -> models.QuerySet[Any]:
    """Return the rows whose ``column`` names one of the records that somebody sees.

    Asked of each row by the key of the other table. As a list of a million visible
    records, of which a row has to name one, it would be made before the first row.
    """
    named = seen.order_by().filter(**{key: models.OuterRef(column)})
    return queryset.filter(models.Exists(named))
