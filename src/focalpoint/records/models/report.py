"""Graded intelligence reports; the provenance is kept apart from the text."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from focalpoint.records.base import Record, with_seen
from focalpoint.records.fields import (
    CodeField,
    PartialDateField,
)
from focalpoint.records.registry import RecordType, register


class Report(Record):
    """An intelligence report: graded, sanitised for passing on."""

    view_capabilities = ("records.intelligence",)

    title = models.CharField(_("title"), max_length=200, blank=True)
    reported_on = PartialDateField(_("reported on"))
    text = models.TextField(_("text"), blank=True)
    sanitised_text = models.TextField(_("sanitised text"), blank=True)
    scheme = models.CharField(_("grading scheme"), max_length=20, blank=True)
    source_grade = CodeField(
        _("grade of the source (3x5x2)"), codelist="grading_sources_3x5x2", blank=True
    )
    information_grade = CodeField(
        _("grade of the information (3x5x2)"),
        codelist="grading_information_3x5x2",
        blank=True,
    )
    handling_grade = CodeField(
        _("handling (3x5x2)"), codelist="grading_handling_3x5x2", blank=True
    )
    handling_conditions = models.CharField(
        _("conditions of handling"), max_length=300, blank=True
    )
    action = models.TextField(_("action taken"), blank=True)
    incident = models.ForeignKey(
        "records.Incident",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("event"),
    )

    class Meta(Record.Meta):
        verbose_name = _("intelligence report")
        verbose_name_plural = _("intelligence reports")


class Provenance(models.Model):
    """Where a report comes from: apart from it, joined by reference only."""

    report = models.OneToOneField(Report, models.CASCADE, related_name="provenance")
    text = models.TextField(_("provenance"))

    class Meta:
        verbose_name = _("provenance")

    @staticmethod
    def scope(queryset: Any, user: Any, visible: Any) -> Any:
        return with_seen(queryset, "report_id", visible(Report.objects.all(), user))


REPORT = register(
    RecordType(
        model=Report,
        code="report",
        letter="I",
        caption=("title", "reported_on"),
        featured=("title", "reported_on", "source_grade", "information_grade"),
        search=("title", "sanitised_text"),
        groups=(
            (
                _("Report"),
                (
                    "title",
                    "reported_on",
                    "text",
                    "sanitised_text",
                    "scheme",
                    "source_grade",
                    "information_grade",
                    "handling_grade",
                    "handling_conditions",
                    "action",
                    "incident",
                ),
            ),
        ),
        required=("title",),
        facets=("source_grade", "jurisdiction"),
        date="reported_on",
        share=(),
        serials=(),
        identify=(),
        retention="intelligence",
        personal=False,
    )
)
