"""Disposal: what a commission destroys or gives away, on one day, before a witness."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from focalpoint.records.base import Record, with_seen
from focalpoint.records.fields import CodeField, PartialDateField
from focalpoint.records.registry import RecordType, register


class Disposal(Record):
    """A list for destruction or another final disposition, and how it was done."""

    number = models.CharField(_("number"), max_length=80)
    disposition = CodeField(
        _("disposition"), codelist="dispositions", default="destroyed"
    )
    method = models.CharField(_("method"), max_length=160, blank=True)
    authority = models.CharField(_("ordered by"), max_length=200, blank=True)
    order_number = models.CharField(
        _("number of the order"), max_length=120, blank=True
    )
    # [{"name": ..., "office": ...}]
    commission = models.JSONField(_("commission"), default=list, blank=True)
    witness = models.CharField(_("witness"), max_length=160, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    planned_on = PartialDateField(_("planned for"))
    carried_out_on = PartialDateField(_("carried out on"))
    closed_at = models.DateTimeField(null=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("disposal")
        verbose_name_plural = _("disposals")


class DisposalItem(models.Model):
    """One exhibit on the list."""

    disposal = models.ForeignKey(Disposal, models.CASCADE, related_name="items")
    exhibit = models.ForeignKey(
        "records.Exhibit", models.PROTECT, related_name="disposals"
    )

    class Meta:
        verbose_name = _("item for disposal")
        verbose_name_plural = _("items for disposal")
        constraints = [
            models.UniqueConstraint(
                fields=["disposal", "exhibit"], name="one_line_an_exhibit"
            )
        ]

    @staticmethod
    def scope(queryset: Any, user: Any, visible: Any) -> Any:
        return with_seen(queryset, "disposal_id", visible(Disposal.objects.all(), user))


DISPOSAL = register(
    RecordType(
        model=Disposal,
        code="disposal",
        letter="D",
        caption=("number", "disposition", "planned_on"),
        featured=("number", "disposition", "planned_on", "carried_out_on", "place"),
        search=("number", "authority", "order_number", "place", "remarks"),
        groups=(
            (
                _("Disposal"),
                (
                    "number",
                    "disposition",
                    "method",
                    "authority",
                    "order_number",
                    "commission",
                    "witness",
                    "place",
                    "planned_on",
                    "carried_out_on",
                ),
            ),
        ),
        required=("number", "disposition"),
        facets=("disposition", "jurisdiction"),
        date="planned_on",
        retention="object",
    )
)
