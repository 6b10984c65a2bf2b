"""Legal cases: charges, stages, outcome."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from focalpoint.records.base import Record
from focalpoint.records.fields import (
    CodeField,
    CodesField,
    PartialDateField,
)
from focalpoint.records.registry import RecordType, register


class LegalCase(Record):
    """A case before a prosecutor or court."""

    number = models.CharField(_("case number"), max_length=120, blank=True)
    ecli = models.CharField(_("ECLI"), max_length=80, blank=True)
    title = models.CharField(_("title"), max_length=200, blank=True)
    authority = models.CharField(_("prosecutor or court"), max_length=160, blank=True)
    stage = CodeField(_("stage"), codelist="case_stages", blank=True)
    opened_on = PartialDateField(_("opened on"))
    closed_on = PartialDateField(_("closed on"))
    offences = CodesField(_("offences"), codelist="offences")
    national_articles = models.CharField(
        _("articles of national law"), max_length=300, blank=True
    )
    outcome = models.TextField(_("outcome"), blank=True)
    persons_charged = models.PositiveIntegerField(
        _("persons charged"), null=True, blank=True
    )
    persons_convicted = models.PositiveIntegerField(
        _("persons convicted"), null=True, blank=True
    )

    class Meta(Record.Meta):
        verbose_name = _("legal case")
        verbose_name_plural = _("legal cases")


LEGALCASE = register(
    RecordType(
        model=LegalCase,
        code="legal_case",
        letter="K",
        caption=("number", "title"),
        featured=("number", "title", "stage", "opened_on"),
        search=("number", "ecli", "title", "authority", "outcome", "remarks"),
        groups=(
            (
                _("Case"),
                (
                    "number",
                    "ecli",
                    "title",
                    "authority",
                    "stage",
                    "opened_on",
                    "closed_on",
                    "offences",
                    "national_articles",
                    "outcome",
                    "persons_charged",
                    "persons_convicted",
                ),
            ),
        ),
        required=("number",),
        facets=("stage", "jurisdiction"),
        date="opened_on",
        share=(),
        serials=(),
        identify=(),
        retention="case",
        personal=False,
    )
)
