"""Places that records return to: addresses, crossings, caches."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from focalpoint.records.base import Record
from focalpoint.records.fields import (
    CodeField,
    CountryField,
)
from focalpoint.records.registry import RecordType, register


class Location(Record):
    """A place with its precision."""

    name = models.CharField(_("name"), max_length=200, blank=True)
    type = CodeField(_("kind of place"), codelist="place_types", blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    municipality = models.CharField(_("municipality"), max_length=120, blank=True)
    region = models.CharField(_("region"), max_length=120, blank=True)
    country = CountryField(_("country"))
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    precision = CodeField(_("precision"), codelist="place_precisions", blank=True)
    border_crossing = CodeField(
        _("border crossing"), codelist="border_crossings", blank=True
    )

    class Meta(Record.Meta):
        verbose_name = _("place")
        verbose_name_plural = _("places")


LOCATION = register(
    RecordType(
        model=Location,
        code="location",
        letter="L",
        caption=("name", "municipality"),
        featured=("name", "type", "municipality", "region"),
        search=("name", "address", "municipality", "region", "remarks"),
        groups=(
            (
                _("Place"),
                (
                    "name",
                    "type",
                    "address",
                    "municipality",
                    "region",
                    "country",
                    "lat",
                    "lon",
                    "precision",
                    "border_crossing",
                ),
            ),
        ),
        required=("name",),
        facets=("type", "jurisdiction"),
        date="",
        share=(),
        serials=(),
        identify=(),
        retention="event",
        personal=False,
    )
)
