"""Exhibits and their custody."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from focalpoint.records.base import Record, with_seen
from focalpoint.records.fields import (
    CodeField,
    PartialDateField,
)
from focalpoint.records.identifiers import new_id
from focalpoint.records.registry import RecordType, register


class Exhibit(Record):
    """A thing in custody: its number, what it holds, where it is."""

    number = models.CharField(_("exhibit number"), max_length=80, blank=True)
    description = models.CharField(_("description"), max_length=300, blank=True)
    item_type = models.CharField(_("type of the item"), max_length=30, blank=True)
    firearm = models.ForeignKey(
        "records.Firearm",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="exhibits",
        verbose_name=_("firearm"),
    )
    ballistic_item = models.ForeignKey(
        "records.BallisticItem",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="exhibits",
        verbose_name=_("ballistic item"),
    )
    ammunition = models.ForeignKey(
        "records.Ammunition",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="exhibits",
        verbose_name=_("ammunition"),
    )
    explosive = models.ForeignKey(
        "records.Explosive",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="exhibits",
        verbose_name=_("explosive item"),
    )
    part = models.ForeignKey(
        "records.Part",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="exhibits",
        verbose_name=_("part"),
    )
    incident = models.ForeignKey(
        "records.Incident",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="exhibits",
        verbose_name=_("event"),
    )
    collected_on = PartialDateField(_("collected on"))
    collected_by = models.CharField(_("collected by"), max_length=120, blank=True)
    seal = models.CharField(_("seal"), max_length=80, blank=True)
    state = CodeField(_("state"), codelist="exhibit_states", blank=True)
    storage_place = models.CharField(_("storage place"), max_length=160, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("exhibit")
        verbose_name_plural = _("exhibits")


class CustodyStep(models.Model):
    """One hand-over. A ledger, not a log: rows are added, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    exhibit = models.ForeignKey(Exhibit, models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField(_("number"))
    at = models.DateTimeField(_("time"))
    giver = models.CharField(_("handed over by"), max_length=120)
    receiver = models.CharField(_("received by"), max_length=120)
    place = models.CharField(_("place"), max_length=160)
    reason = CodeField(_("reason"), codelist="custody_reasons")
    seal_found = models.CharField(_("seal found"), max_length=80, blank=True)
    seal_left = models.CharField(_("seal left"), max_length=80, blank=True)
    state = CodeField(_("state after"), codelist="exhibit_states")
    is_break = models.BooleanField(_("seal or count did not agree"), default=False)
    note = models.CharField(_("note"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now)

    class Meta:
        verbose_name = _("custody step")
        verbose_name_plural = _("custody steps")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["exhibit", "number"], name="custody_numbers_follow"
            )
        ]

    @staticmethod
    def scope(queryset: Any, user: Any, visible: Any) -> Any:
        return with_seen(queryset, "exhibit_id", visible(Exhibit.objects.all(), user))


EXHIBIT = register(
    RecordType(
        model=Exhibit,
        code="exhibit",
        letter="H",
        caption=("number", "description"),
        featured=("number", "description", "state", "storage_place", "seal"),
        search=("number", "description", "seal", "storage_place", "remarks"),
        groups=(
            (
                _("Exhibit"),
                (
                    "number",
                    "description",
                    "item_type",
                    "firearm",
                    "ballistic_item",
                    "ammunition",
                    "explosive",
                    "part",
                    "incident",
                    "collected_on",
                    "collected_by",
                    "seal",
                    "state",
                    "storage_place",
                ),
            ),
        ),
        required=("number",),
        facets=("state", "jurisdiction"),
        date="collected_on",
        share=(),
        serials=(),
        identify=(),
        retention="exhibit",
        personal=False,
    )
)
