"""Events: a recovery, a shooting, a find, a theft."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from focalpoint.records.base import Record
from focalpoint.records.fields import (
    CodeField,
    CodesField,
    CountryField,
    PartialDateField,
)
from focalpoint.records.registry import RecordType, register


class Incident(Record):
    """An event with its place, route, detection, casualties and law."""

    type = CodeField(_("type of event"), codelist="incident_types", blank=True)
    context = CodeField(_("context"), codelist="contexts", blank=True)
    title = models.CharField(_("short description"), max_length=200, blank=True)
    occurred_from = PartialDateField(_("occurred"))
    occurred_to = PartialDateField(_("until"))
    occurred_time = models.CharField(_("time of day"), max_length=5, blank=True)
    recovered_on = PartialDateField(_("recovered"))
    reported_on = PartialDateField(_("reported"))
    case_number = models.CharField(_("case number"), max_length=120, blank=True)

    place = models.CharField(_("place"), max_length=200, blank=True)
    place_type = CodeField(_("kind of place"), codelist="place_types", blank=True)
    place_precision = CodeField(
        _("precision of the place"), codelist="place_precisions", blank=True
    )
    municipality = models.CharField(_("municipality"), max_length=120, blank=True)
    region = models.CharField(_("region"), max_length=120, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    border_crossing = CodeField(
        _("border crossing"), codelist="border_crossings", blank=True
    )
    location = models.ForeignKey(
        "records.Location",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="incidents",
        verbose_name=_("recorded place"),
    )

    origin_country = CountryField(_("origin"))
    transit_countries = models.JSONField(_("transit"), default=list, blank=True)
    destination_country = CountryField(_("destination"))
    transport_mode = CodeField(_("transport"), codelist="transport_modes", blank=True)
    conveyance = models.CharField(_("vehicle or parcel"), max_length=120, blank=True)
    concealment = CodeField(
        _("concealment"), codelist="concealment_methods", blank=True
    )
    detection_method = CodeField(
        _("how detected"), codelist="detection_methods", blank=True
    )

    shots_fired = models.PositiveIntegerField(_("shots fired"), null=True, blank=True)
    # [{"outcome": code, "sex": code, "age_group": code, "count": n}]
    casualties = models.JSONField(_("casualties"), default=list, blank=True)
    offences = CodesField(_("offences"), codelist="offences")
    national_articles = models.CharField(
        _("articles of national law"), max_length=300, blank=True
    )
    linked_crimes = CodesField(_("linked crime"), codelist="linked_crime_types")
    narrative = models.TextField(_("narrative"), blank=True)

    class Meta(Record.Meta):
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            *Record.Meta.indexes,
            models.Index(fields=["occurred_from"], name="incident_occurred"),
            models.Index(fields=["lat", "lon"], name="incident_place"),
        ]


INCIDENT = register(
    RecordType(
        model=Incident,
        code="incident",
        letter="E",
        caption=("type", "place", "occurred_from"),
        featured=("type", "occurred_from", "place", "municipality", "case_number"),
        search=(
            "title",
            "place",
            "municipality",
            "region",
            "case_number",
            "conveyance",
            "narrative",
            "remarks",
        ),
        groups=(
            (
                _("What and when"),
                (
                    "type",
                    "context",
                    "title",
                    "occurred_from",
                    "occurred_to",
                    "occurred_time",
                    "recovered_on",
                    "reported_on",
                    "case_number",
                ),
            ),
            (
                _("Where"),
                (
                    "place",
                    "place_type",
                    "place_precision",
                    "municipality",
                    "region",
                    "lat",
                    "lon",
                    "border_crossing",
                    "location",
                ),
            ),
            (
                _("Route and detection"),
                (
                    "origin_country",
                    "transit_countries",
                    "destination_country",
                    "transport_mode",
                    "conveyance",
                    "concealment",
                    "detection_method",
                ),
            ),
            (
                _("Harm and law"),
                (
                    "shots_fired",
                    "casualties",
                    "offences",
                    "national_articles",
                    "linked_crimes",
                    "narrative",
                ),
            ),
        ),
        required=("type", "occurred_from"),
        facets=("type", "context", "place_type", "detection_method", "jurisdiction"),
        date="occurred_from",
        share=(
            "type",
            "occurred_from",
            "municipality",
            "transport_mode",
            "concealment",
        ),
        retention="event",
    )
)
