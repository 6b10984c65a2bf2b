"""Ballistic items: what a gun leaves behind, from a scene or a test fire."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from focalpoint.records.base import Record
from focalpoint.records.fields import (
    CodeField,
    MeasureField,
    PartialDateField,
)
from focalpoint.records.registry import RecordType, register


class BallisticItem(Record):
    """A fired case, bullet or fragment with its class characteristics."""

    kind = CodeField(_("kind"), codelist="ballistic_item_kinds", blank=True)
    incident = models.ForeignKey(
        "records.Incident",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="ballistic_items",
        verbose_name=_("event"),
    )
    firearm = models.ForeignKey(
        "records.Firearm",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="ballistic_items",
        verbose_name=_("test-fired from"),
    )
    event_date = PartialDateField(_("date"))
    quantity = models.PositiveIntegerField(_("quantity"), null=True, blank=True)
    calibre = CodeField(_("calibre"), codelist="calibres", blank=True)
    headstamp = models.CharField(_("head-stamp"), max_length=120, blank=True)
    land_count = models.PositiveIntegerField(
        _("lands and grooves"), null=True, blank=True
    )
    twist = CodeField(_("direction of twist"), codelist="twist_directions", blank=True)
    land_width_mm = MeasureField(_("width of a land, mm"), null=True, blank=True)
    firing_pin = CodeField(
        _("shape of the firing pin"), codelist="firing_pin_shapes", blank=True
    )
    breech_face = CodeField(
        _("class of the breech face"), codelist="breech_face_classes", blank=True
    )
    extractor = models.CharField(
        _("position of the extractor"), max_length=40, blank=True
    )
    ejector = models.CharField(_("position of the ejector"), max_length=40, blank=True)
    system = models.CharField(_("ballistic system"), max_length=60, blank=True)
    system_site = models.CharField(_("site"), max_length=80, blank=True)
    system_entry = models.CharField(
        _("number in the system"), max_length=80, blank=True
    )
    entered_on = PartialDateField(_("entered on"))
    quality = models.CharField(_("quality of the entry"), max_length=40, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("ballistic item")
        verbose_name_plural = _("ballistic items")


BALLISTICITEM = register(
    RecordType(
        model=BallisticItem,
        code="ballistic_item",
        letter="B",
        caption=("kind", "calibre", "system_entry"),
        featured=(
            "kind",
            "calibre",
            "quantity",
            "firing_pin",
            "breech_face",
            "event_date",
        ),
        search=("kind", "calibre", "headstamp", "system_entry", "remarks"),
        groups=(
            (
                _("Item"),
                (
                    "kind",
                    "incident",
                    "firearm",
                    "event_date",
                    "quantity",
                    "calibre",
                    "headstamp",
                ),
            ),
            (
                _("Class characteristics"),
                (
                    "land_count",
                    "twist",
                    "land_width_mm",
                    "firing_pin",
                    "breech_face",
                    "extractor",
                    "ejector",
                ),
            ),
            (
                _("Systems"),
                ("system", "system_site", "system_entry", "entered_on", "quality"),
            ),
        ),
        required=("kind",),
        facets=("kind", "calibre", "jurisdiction"),
        date="event_date",
        share=("kind", "calibre"),
        serials=(),
        identify=(),
        retention="ballistic",
        personal=False,
    )
)
