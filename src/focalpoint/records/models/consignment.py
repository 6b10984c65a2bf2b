"""Postal and courier consignments."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from focalpoint.records.base import Record
from focalpoint.records.fields import (
    CodeField,
    CountryField,
    MeasureField,
    PartialDateField,
)
from focalpoint.records.registry import RecordType, register


class Consignment(Record):
    """A parcel or other consignment, as the post, a courier or customs recorded it."""

    kind = CodeField(_("kind"), codelist="consignment_kinds", blank=True)
    incident = models.ForeignKey(
        "records.Incident",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="consignments",
        verbose_name=_("event"),
    )
    posted_on = PartialDateField(_("posted on"))
    intercepted_on = PartialDateField(_("intercepted on"))
    carrier = models.CharField(_("carrier"), max_length=120, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=120, blank=True)
    origin_country = CountryField(_("origin"))
    transit_countries = models.JSONField(_("transit"), default=list, blank=True)
    destination_country = CountryField(_("destination"))
    sender = models.CharField(_("sender as written"), max_length=200, blank=True)
    sender_address = models.CharField(
        _("address of the sender"), max_length=300, blank=True
    )
    recipient = models.CharField(_("recipient as written"), max_length=200, blank=True)
    recipient_address = models.CharField(
        _("address of the recipient"), max_length=300, blank=True
    )
    declared_contents = models.CharField(
        _("declared contents"), max_length=300, blank=True
    )
    hs_heading = CodeField(_("HS heading declared"), codelist="hs_headings", blank=True)
    weight_g = MeasureField(_("weight, g"), null=True, blank=True)
    value_text = models.CharField(_("declared value"), max_length=60, blank=True)
    concealment = CodeField(
        _("concealment"), codelist="concealment_methods", blank=True
    )
    detection_method = CodeField(
        _("how detected"), codelist="detection_methods", blank=True
    )
    online_platform = models.CharField(_("online platform"), max_length=120, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("consignment")
        verbose_name_plural = _("consignments")


CONSIGNMENT = register(
    RecordType(
        model=Consignment,
        code="consignment",
        letter="C",
        caption=("kind", "tracking_number", "intercepted_on"),
        featured=(
            "kind",
            "tracking_number",
            "intercepted_on",
            "origin_country",
            "destination_country",
        ),
        search=(
            "tracking_number",
            "carrier",
            "sender",
            "sender_address",
            "recipient",
            "recipient_address",
            "declared_contents",
            "remarks",
        ),
        groups=(
            (
                _("Consignment"),
                (
                    "kind",
                    "incident",
                    "posted_on",
                    "intercepted_on",
                    "carrier",
                    "tracking_number",
                    "origin_country",
                    "transit_countries",
                    "destination_country",
                    "sender",
                    "sender_address",
                    "recipient",
                    "recipient_address",
                    "declared_contents",
                    "hs_heading",
                    "weight_g",
                    "value_text",
                    "concealment",
                    "detection_method",
                    "online_platform",
                ),
            ),
        ),
        required=(),
        facets=("kind", "concealment", "detection_method", "jurisdiction"),
        date="intercepted_on",
        share=("origin_country", "destination_country", "declared_contents"),
        serials=(),
        identify=(),
        retention="consignment",
        personal=False,
    )
)
