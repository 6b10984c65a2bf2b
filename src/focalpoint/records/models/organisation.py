"""Organisations: dealers, makers, laboratories, authorities."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from focalpoint.records.base import Record
from focalpoint.records.fields import (
    CodeField,
    CountryField,
)
from focalpoint.records.registry import RecordType, register


class Organisation(Record):
    """An organisation as one source named it."""

    name = models.CharField(_("name"), max_length=200, blank=True)
    kind = CodeField(_("kind"), codelist="organisation_kinds", blank=True)
    country = CountryField(_("country"))
    registration_number = models.CharField(
        _("registration number"), max_length=120, blank=True
    )
    address = models.CharField(_("address"), max_length=300, blank=True)
    contact = models.CharField(_("contact"), max_length=200, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")


ORGANISATION = register(
    RecordType(
        model=Organisation,
        code="organisation",
        letter="O",
        caption=("name",),
        featured=("name", "kind", "country"),
        search=("name", "registration_number", "address", "remarks"),
        groups=(
            (
                _("Organisation"),
                (
                    "name",
                    "kind",
                    "country",
                    "registration_number",
                    "address",
                    "contact",
                ),
            ),
        ),
        required=("name",),
        facets=("kind", "jurisdiction"),
        date="",
        share=(),
        serials=(),
        identify=(),
        retention="organisation",
        personal=False,
    )
)
