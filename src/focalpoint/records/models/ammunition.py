"""Ammunition lots, and grenades, explosives and launchers."""

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


class Ammunition(Record):
    """A lot of rounds or components with one head-stamp."""

    incident = models.ForeignKey(
        "records.Incident",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="ammunition",
        verbose_name=_("event"),
    )
    event_date = PartialDateField(_("date"))
    quantity = models.PositiveIntegerField(_("quantity"), null=True, blank=True)
    kind = CodeField(_("kind"), codelist="ammunition_kinds", blank=True)
    calibre = CodeField(_("calibre"), codelist="calibres", blank=True)
    projectile = CodeField(_("projectile"), codelist="projectile_types", blank=True)
    headstamp = models.CharField(_("head-stamp"), max_length=120, blank=True)
    headstamp_factory = models.CharField(
        _("factory code in the head-stamp"), max_length=40, blank=True
    )
    year = PartialDateField(_("year"))
    lot = models.CharField(_("lot number"), max_length=80, blank=True)
    country_of_manufacture = CountryField(_("country of manufacture"))
    packaging_marks = models.CharField(
        _("marks on the packaging"), max_length=200, blank=True
    )
    reloaded = models.BooleanField(_("reloaded"), null=True, blank=True)
    eu_a4 = models.BooleanField(_("EU A4"), null=True, blank=True)
    eu_a5 = models.BooleanField(_("EU A5"), null=True, blank=True)
    disposition = CodeField(_("disposition"), codelist="dispositions", blank=True)

    class Meta(Record.Meta):
        verbose_name = _("ammunition lot")
        verbose_name_plural = _("ammunition")


AMMUNITION = register(
    RecordType(
        model=Ammunition,
        code="ammunition",
        letter="A",
        caption=("quantity", "calibre", "headstamp"),
        featured=("calibre", "kind", "quantity", "headstamp", "lot", "event_date"),
        search=("calibre", "headstamp", "lot", "packaging_marks", "remarks"),
        groups=(
            (
                _("Ammunition"),
                (
                    "incident",
                    "event_date",
                    "quantity",
                    "kind",
                    "calibre",
                    "projectile",
                    "headstamp",
                    "headstamp_factory",
                    "year",
                    "lot",
                    "country_of_manufacture",
                    "packaging_marks",
                    "reloaded",
                    "eu_a4",
                    "eu_a5",
                    "disposition",
                ),
            ),
        ),
        required=(),
        facets=("calibre", "kind", "jurisdiction"),
        date="event_date",
        share=("calibre", "quantity", "headstamp", "lot"),
        serials=(),
        identify=(),
        retention="object",
        personal=False,
    )
)


class Explosive(Record):
    """A grenade, mine, launcher or explosive."""

    incident = models.ForeignKey(
        "records.Incident",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="explosives",
        verbose_name=_("event"),
    )
    event_date = PartialDateField(_("date"))
    family = CodeField(_("family"), codelist="explosive_families", blank=True)
    model = models.CharField(_("model"), max_length=120, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"), null=True, blank=True)
    mass_kg = MeasureField(_("mass, kg"), null=True, blank=True)
    fuze = models.BooleanField(
        _("fuze or detonator recorded apart"), null=True, blank=True
    )
    marks = models.CharField(_("marks"), max_length=200, blank=True)
    lot = models.CharField(_("lot number"), max_length=80, blank=True)
    year = PartialDateField(_("year"))
    state = CodeField(_("state"), codelist="explosive_states", blank=True)
    eod_report = models.CharField(_("EOD report"), max_length=120, blank=True)
    disposed_on = PartialDateField(_("disposed of on"))
    disposition = CodeField(_("disposition"), codelist="dispositions", blank=True)

    class Meta(Record.Meta):
        verbose_name = _("explosive item")
        verbose_name_plural = _("explosive items")


EXPLOSIVE = register(
    RecordType(
        model=Explosive,
        code="explosive",
        letter="X",
        caption=("family", "model", "lot"),
        featured=("family", "model", "quantity", "state", "event_date"),
        search=("family", "model", "marks", "lot", "remarks"),
        groups=(
            (
                _("Item"),
                (
                    "incident",
                    "event_date",
                    "family",
                    "model",
                    "quantity",
                    "mass_kg",
                    "fuze",
                    "marks",
                    "lot",
                    "year",
                    "state",
                    "eod_report",
                    "disposed_on",
                    "disposition",
                ),
            ),
        ),
        required=("family",),
        facets=("family", "state", "jurisdiction"),
        date="event_date",
        share=("family", "model", "quantity", "lot"),
        serials=(),
        identify=(),
        retention="object",
        personal=False,
    )
)
