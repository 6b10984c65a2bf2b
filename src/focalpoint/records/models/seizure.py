"""Seizures: one taking of things at an event, by one authority."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from focalpoint.records.base import Record
from focalpoint.records.fields import (
    CodeField,
    CodesField,
    PartialDateField,
)
from focalpoint.records.registry import RecordType, register


class Seizure(Record):
    """What one authority took at one event, with its legal basis."""

    incident = models.ForeignKey(
        "records.Incident",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="seizures",
        verbose_name=_("event"),
    )
    seized_on = PartialDateField(_("seized on"))
    acquisition = CodeField(_("how obtained"), codelist="acquisition_modes", blank=True)
    authority = models.CharField(_("authority"), max_length=160, blank=True)
    record_number = models.CharField(
        _("number of the seizure record"), max_length=120, blank=True
    )
    legal_basis = models.CharField(_("legal basis"), max_length=200, blank=True)
    prosecutor_number = models.CharField(
        _("number at the prosecutor"), max_length=120, blank=True
    )
    offences = CodesField(_("offences"), codelist="offences")
    quantity_text = models.TextField(_("what was taken"), blank=True)
    officer = models.CharField(_("officer in charge"), max_length=120, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("seizure")
        verbose_name_plural = _("seizures")


SEIZURE = register(
    RecordType(
        model=Seizure,
        code="seizure",
        letter="S",
        caption=("record_number", "authority", "seized_on"),
        featured=("record_number", "seized_on", "authority", "acquisition"),
        search=(
            "record_number",
            "authority",
            "prosecutor_number",
            "quantity_text",
            "remarks",
        ),
        groups=(
            (
                _("Seizure"),
                (
                    "incident",
                    "seized_on",
                    "acquisition",
                    "authority",
                    "record_number",
                    "legal_basis",
                    "prosecutor_number",
                    "offences",
                    "quantity_text",
                    "officer",
                ),
            ),
        ),
        required=(),
        facets=("acquisition", "jurisdiction"),
        date="seized_on",
        share=("seized_on", "acquisition"),
        serials=(),
        identify=(),
        retention="event",
        personal=False,
    )
)
