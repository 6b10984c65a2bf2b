"""Links: typed, dated, graded, between any two records."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from focalpoint.records.base import Record
from focalpoint.records.fields import CodeField, PartialDateField
from focalpoint.records.models import telling
from focalpoint.records.registry import RecordType, register


class Link(Record):
    """A statement that two records belong together, how, since when, how sure."""

    type = CodeField(_("type of link"), codelist="link_types")
    from_type = models.CharField(_("from: record type"), max_length=30)
    from_id = models.UUIDField(_("from"), db_index=True)
    to_type = models.CharField(_("to: record type"), max_length=30)
    to_id = models.UUIDField(_("to"), db_index=True)
    role = CodeField(_("role of the person"), codelist="person_roles", blank=True)
    led_category = CodeField(
        _("category in the case"), codelist="led_categories", blank=True
    )
    strength = CodeField(_("strength"), codelist="link_strengths", blank=True)
    basis = models.CharField(_("basis"), max_length=200, blank=True)
    valid_from = PartialDateField(_("from date"))
    valid_to = PartialDateField(_("to date"))

    class Meta(Record.Meta):
        verbose_name = _("link")
        verbose_name_plural = _("links")

    tells_of = (("from_type", "from_id"), ("to_type", "to_id"))

    @staticmethod
    def narrow(
        queryset: models.QuerySet[Any], held: dict[str, frozenset[int]]
    ) -> models.QuerySet[Any]:
        """What a link says of a person is seen by those who may see persons."""
        return telling.of_seen(queryset, held, Link.tells_of)


LINK = register(
    RecordType(
        model=Link,
        code="link",
        letter="Y",
        caption=("type",),
        featured=("type", "from_type", "to_type", "strength", "valid_from"),
        search=("basis", "remarks"),
        groups=(
            (
                _("Link"),
                (
                    "type",
                    "from_type",
                    "from_id",
                    "to_type",
                    "to_id",
                    "role",
                    "led_category",
                    "strength",
                    "basis",
                    "valid_from",
                    "valid_to",
                ),
            ),
        ),
        required=("type", "from_type", "from_id", "to_type", "to_id"),
        facets=("type", "strength"),
        date="valid_from",
        retention="object",
    )
)
