"""Parts and components of firearms."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from focalpoint.records.base import Record
from focalpoint.records.fields import (
    CodeField,
    PartialDateField,
)
from focalpoint.records.registry import RecordType, register
from focalpoint.values import serials


class Part(Record):
    """A part or component, with its host firearm or alone."""

    component = CodeField(_("component"), codelist="component_types", blank=True)
    firearm = models.ForeignKey(
        "records.Firearm",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("host firearm"),
    )
    incident = models.ForeignKey(
        "records.Incident",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("event"),
    )
    event_date = PartialDateField(_("date"))
    quantity = models.PositiveIntegerField(_("quantity"), null=True, blank=True)
    make = CodeField(_("make"), codelist="makes", blank=True)
    model = models.CharField(_("model"), max_length=120, blank=True)
    calibre = CodeField(_("calibre"), codelist="calibres", blank=True)
    serial = models.CharField(_("serial number"), max_length=300, blank=True)
    finish_state = models.BooleanField(_("semi-finished"), null=True, blank=True)
    printed = models.BooleanField(_("3D-printed"), null=True, blank=True)
    origin_class = CodeField(_("origin"), codelist="origin_classes", blank=True)
    disposition = CodeField(_("disposition"), codelist="dispositions", blank=True)
    serial_normal = models.CharField(
        max_length=120, blank=True, editable=False, db_index=True
    )

    class Meta(Record.Meta):
        verbose_name = _("part")
        verbose_name_plural = _("parts")

    def prepare(self) -> None:
        self.serial_normal = serials.parse(self.serial).normal[:120]


PART = register(
    RecordType(
        model=Part,
        code="part",
        letter="P",
        caption=("component", "make", "model", "serial"),
        featured=("component", "make", "calibre", "serial", "quantity", "event_date"),
        search=("component", "make", "model", "serial", "remarks"),
        groups=(
            (
                _("Part"),
                (
                    "component",
                    "firearm",
                    "incident",
                    "event_date",
                    "quantity",
                    "make",
                    "model",
                    "calibre",
                    "serial",
                    "finish_state",
                    "printed",
                    "origin_class",
                    "disposition",
                ),
            ),
        ),
        required=("component",),
        facets=("component", "origin_class", "jurisdiction"),
        date="event_date",
        share=("component", "make", "serial"),
        serials=("serial",),
        identify=(),
        retention="object",
        personal=False,
    )
)
