"""What search reads: one row for each record, its serial numbers, its counts.

All three are derived from records by ``records.index`` and can be made anew at any time
with ``focalpoint reindex``. They carry the columns that the gate reads, so the same
``visible`` narrows results, counts, facets and exports.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from focalpoint.records import registry
from focalpoint.records.models import telling
from focalpoint.values.serials import light_key


class Gated(models.Model):
    """The columns by which ``accounts.access.visible`` decides."""

    record_type = models.CharField(_("record type"), max_length=30)
    unit = models.ForeignKey(
        "accounts.Unit", models.CASCADE, related_name="+", db_index=False
    )
    handling = models.CharField(_("handling code"), max_length=8)
    is_complete = models.BooleanField(default=True)
    led_category = models.CharField(max_length=60, blank=True)
    record_column = ""  # where the record's own identifier stands

    class Meta:
        abstract = True

    @staticmethod
    def narrow(
        queryset: models.QuerySet[Any], held: dict[str, frozenset[int]]
    ) -> models.QuerySet[Any]:
        """Ask of each row what its record type asks of its records."""
        for kind in registry.all_types():
            queryset = telling.of_kind(queryset, held, kind, "record_type")
            if hasattr(kind.model, "tells_of"):
                # These rows do not say whom they tell of: all or none are listed. The
                # records themselves stay where what they tell of is shown.
                if not telling.sees_all(held):
                    queryset = queryset.exclude(record_type=kind.code)
            elif own := getattr(kind.model, "narrow", None):
                queryset = own(queryset, held)
        return queryset


class SearchDocument(Gated):
    """One record as search sees it; a higher number was recorded later."""

    record_column = "record"
    id: Any = models.BigAutoField(primary_key=True)
    record = models.UUIDField(_("record"), unique=True)
    is_standing = models.BooleanField(default=True)  # not withdrawn
    date = models.CharField(max_length=10, blank=True)
    batch = models.UUIDField(null=True, db_index=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    facets = models.CharField(max_length=600, blank=True)  # values, "|" between them
    text = models.TextField()  # " word word field=code ": folded, spaces at both ends

    class Meta:
        indexes = [
            # All that a list asks of a document before it is shown: read in order of
            # the list, without the documents themselves. With the unit behind the
            # number, SQLite would look each document up once for every unit.
            models.Index(
                fields=[
                    "record_type",
                    "id",
                    "led_category",
                    "unit",
                    "handling",
                    "is_standing",
                    "is_complete",
                ],
                name="search_type",
            ),
            models.Index(fields=["record_type", "date"], name="search_date"),
        ]


class NumberForms(models.Model):
    """The forms by which a serial number is found.

    ``light`` has the letters that look like figures folded into them (``O`` is ``0``):
    it is what the indexes hold, forwards and backwards; ``normal`` says how well a
    number that was found fits.
    """

    normal = models.CharField(max_length=120, blank=True)
    light = models.CharField(max_length=120, blank=True)
    reverse = models.CharField(max_length=120, blank=True)

    class Meta:
        abstract = True


def number_forms(normal: str) -> dict[str, str]:
    """Return every form of a serial number."""
    light = light_key(normal)
    return {"normal": normal, "light": light, "reverse": light[::-1]}


class SerialKey(NumberForms):
    """One serial number of a record, forwards and backwards."""

    document = models.ForeignKey(
        SearchDocument, models.CASCADE, related_name="serials", db_constraint=False
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["light", "document"],
                name="serial_light",
                opclasses=["varchar_pattern_ops", "int8_ops"],
            ),
            models.Index(
                fields=["reverse", "document"],
                name="serial_reverse",
                opclasses=["varchar_pattern_ops", "int8_ops"],
            ),
        ]


class FacetCount(Gated):
    """A number to add up: so many records of this kind have this value.

    Rows are only added, so that two writers never wait for one another; a nightly run
    adds them up. Without this table, counting a million records would read them all.
    """

    field = models.CharField(max_length=60, blank=True)  # "" counts the records
    value = models.CharField(max_length=120, blank=True)
    count = models.IntegerField()

    class Meta:
        indexes = [
            # Holds all columns, in the order in which they are added up.
            models.Index(
                fields=[
                    "record_type",
                    "field",
                    "value",
                    "unit",
                    "handling",
                    "is_complete",
                    "led_category",
                    "count",
                ],
                name="facet_field",
            )
        ]
