"""Firearms, the marks on them, and the steps that follow a recovery."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from focalpoint.records.base import Record, with_seen
from focalpoint.records.fields import (
    CodeField,
    CountryField,
    MeasureField,
    PartialDateField,
)
from focalpoint.records.identifiers import new_id
from focalpoint.records.registry import RecordType, register
from focalpoint.values import serials

# What a reading says of the condition, where nobody examined the mark.
CONDITIONS = {
    "intact": "intact",
    "partial": "partial_visible",
    "removed": "obliterated_full",
    "absent": "never_marked",
}


class Firearm(Record):
    """A firearm, complete or not, as one source recorded it at one time."""

    kind = CodeField(_("kind of record"), codelist="firearm_kinds", default="recovered")
    acquisition = CodeField(_("how obtained"), codelist="acquisition_modes", blank=True)
    incident = models.ForeignKey(
        "records.Incident",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="firearms",
        verbose_name=_("event"),
    )
    seizure = models.ForeignKey(
        "records.Seizure",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="firearms",
        verbose_name=_("seizure"),
    )
    event_date = PartialDateField(_("date"))

    type = CodeField(_("type"), codelist="firearm_types", blank=True)
    action = CodeField(_("action"), codelist="actions", blank=True)
    make = CodeField(_("make"), codelist="makes", blank=True)
    model = models.CharField(_("model"), max_length=120, blank=True)
    calibre = CodeField(_("calibre"), codelist="calibres", blank=True)
    calibre_marked = models.CharField(_("calibre as marked"), max_length=80, blank=True)
    country_of_manufacture = CountryField(_("country of manufacture"))
    year_of_manufacture = PartialDateField(_("year of manufacture"))
    country_of_import = CountryField(_("country of last import"))
    year_of_import = PartialDateField(_("year of last import"))
    importer = models.CharField(_("importer"), max_length=120, blank=True)

    serial = models.CharField(_("serial number"), max_length=300, blank=True)
    serial_normal = models.CharField(max_length=120, blank=True, editable=False)
    # How the text reads (values.serials.STATUSES); the condition of the mark on the
    # metal is a finding of its own: Mark.status.
    serial_status = models.CharField(
        _("legibility of the serial"), max_length=12, blank=True, editable=False
    )
    serial_known = models.PositiveSmallIntegerField(default=0, editable=False)
    serial_unknown = models.PositiveSmallIntegerField(default=0, editable=False)

    origin_class = CodeField(_("origin"), codelist="origin_classes", blank=True)
    conversion_source = CodeField(
        _("source model of a conversion"),
        codelist="conversion_source_models",
        blank=True,
    )
    conversion_calibre = CodeField(
        _("calibre after conversion"), codelist="calibres", blank=True
    )
    functional_state = CodeField(
        _("functional state"), codelist="functional_states", blank=True
    )
    barrel_length_mm = MeasureField(_("barrel length, mm"), null=True, blank=True)
    overall_length_mm = MeasureField(_("overall length, mm"), null=True, blank=True)
    weight_g = MeasureField(_("weight, g"), null=True, blank=True)
    capacity = models.PositiveSmallIntegerField(
        _("rounds without reloading"), null=True, blank=True
    )
    magazines = models.PositiveSmallIntegerField(_("magazines"), null=True, blank=True)
    folding_below_60cm = models.BooleanField(
        _("folds below 60 cm"), null=True, blank=True
    )
    bore = models.CharField(
        _("bore"),
        max_length=10,
        blank=True,
        choices=[("rifled", _("Rifled")), ("smooth", _("Smooth"))],
    )
    finish = CodeField(_("finish"), codelist="finishes", blank=True)
    grip = models.CharField(_("grip"), max_length=80, blank=True)

    legal_status = CodeField(
        _("legal status at recovery"), codelist="legal_statuses", blank=True
    )
    diversion_type = CodeField(
        _("point of diversion"), codelist="diversion_types", blank=True
    )
    diversion_country = CountryField(_("country of diversion"))
    diversion_date = PartialDateField(_("date of diversion"))
    storage_place = models.CharField(_("storage place"), max_length=120, blank=True)
    disposition = CodeField(_("disposition"), codelist="dispositions", blank=True)
    disposition_date = PartialDateField(_("date of disposition"))

    eu_category = CodeField(_("EU category"), codelist="eu_categories", blank=True)
    eu_rule_version = models.CharField(max_length=20, blank=True, editable=False)
    eu_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        db_index=False,
    )
    eu_confirmed_at = models.DateTimeField(null=True, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("firearm")
        verbose_name_plural = _("firearms")
        indexes = [
            *Record.Meta.indexes,
            models.Index(fields=["serial_normal"], name="firearm_serial"),
            models.Index(fields=["make", "calibre"], name="firearm_make_calibre"),
        ]

    def prepare(self) -> None:
        read = serials.parse(self.serial)
        self.serial_normal = read.normal[:120]
        self.serial_status = read.status
        self.serial_known, self.serial_unknown = read.known, read.unknown


class Mark(models.Model):
    """One mark on a firearm or part: where it is, what is read there, how sure."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    firearm = models.ForeignKey(Firearm, models.CASCADE, related_name="marks")
    kind = CodeField(_("kind of mark"), codelist="mark_kinds", default="serial")
    position = CodeField(
        _("place on the firearm"), codelist="mark_positions", blank=True
    )
    component = CodeField(_("component"), codelist="component_types", blank=True)
    text = models.CharField(_("as read"), max_length=300, blank=True)
    normal = models.CharField(max_length=120, blank=True, editable=False, db_index=True)
    status = CodeField(_("condition"), codelist="marking_conditions", blank=True)
    restoration = models.CharField(_("restoration method"), max_length=120, blank=True)
    restored_by = models.CharField(_("restored by"), max_length=120, blank=True)
    image = models.ForeignKey(
        "records.Attachment",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("photograph"),
    )

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        ordering = ["id"]

    @staticmethod
    def scope(queryset: Any, user: Any, visible: Any) -> Any:
        return with_seen(queryset, "firearm_id", visible(Firearm.objects.all(), user))

    def prepare(self) -> None:
        read = serials.parse(self.text)
        self.normal = (read.normal or "")[:120] if self.kind == "serial" else ""
        if not self.status:
            self.status = CONDITIONS.get(read.status, "")


class Step(models.Model):
    """One step of a firearm's checklist, such as INTERPOL's nine after a recovery."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        DONE = "done", _("done")
        WAIVED = "waived", _("waived")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    firearm = models.ForeignKey(Firearm, models.CASCADE, related_name="steps")
    step = CodeField(_("step"), codelist="recovery_steps")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="steps",
        verbose_name=_("owner"),
    )
    due_at = models.DateTimeField(_("due"))
    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.OPEN
    )
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    note = models.CharField(_("note or reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["firearm", "step"], name="one_step_each")
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="step_due")]

    @staticmethod
    def scope(queryset: Any, user: Any, visible: Any) -> Any:
        return with_seen(queryset, "firearm_id", visible(Firearm.objects.all(), user))


FIREARM = register(
    RecordType(
        model=Firearm,
        code="firearm",
        letter="F",
        caption=("make", "model", "calibre", "serial"),
        featured=("type", "make", "model", "calibre", "serial", "kind", "event_date"),
        search=("serial", "make", "model", "calibre", "calibre_marked", "remarks"),
        groups=(
            (
                _("Occasion"),
                ("kind", "acquisition", "incident", "seizure", "event_date"),
            ),
            (
                _("Identity"),
                (
                    "type",
                    "action",
                    "make",
                    "model",
                    "calibre",
                    "calibre_marked",
                    "serial",
                    "country_of_manufacture",
                    "year_of_manufacture",
                    "country_of_import",
                    "year_of_import",
                    "importer",
                ),
            ),
            (
                _("Origin and state"),
                (
                    "origin_class",
                    "conversion_source",
                    "conversion_calibre",
                    "functional_state",
                    "barrel_length_mm",
                    "overall_length_mm",
                    "weight_g",
                    "capacity",
                    "magazines",
                    "folding_below_60cm",
                    "bore",
                    "finish",
                    "grip",
                ),
            ),
            (
                _("Law and disposal"),
                (
                    "legal_status",
                    "diversion_type",
                    "diversion_country",
                    "diversion_date",
                    "storage_place",
                    "disposition",
                    "disposition_date",
                    "eu_category",
                ),
            ),
        ),
        required=("kind",),
        facets=("kind", "type", "make", "calibre", "origin_class", "jurisdiction"),
        date="event_date",
        identify=("serial",),
        share=("type", "make", "model", "calibre", "serial", "origin_class"),
        serials=("serial",),
        retention="object",
    )
)
