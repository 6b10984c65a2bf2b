"""Persons: as one source named them, with their category in the case."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from focalpoint.records.base import Record
from focalpoint.records.fields import (
    CodeField,
    PartialDateField,
)
from focalpoint.records.registry import RecordType, register

# Victims, witnesses and others who are not suspected (LED art. 6 c, d).
PROTECTED = ("victim", "other_party")


class Person(Record):
    """A person as one source named them."""

    view_capabilities = ("records.persons",)

    led_category = CodeField(
        _("category in the case"), codelist="led_categories", blank=True
    )
    role = CodeField(_("role"), codelist="person_roles", blank=True)
    incident = models.ForeignKey(
        "records.Incident",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="persons",
        verbose_name=_("event"),
    )
    case = models.ForeignKey(
        "records.LegalCase",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="persons",
        verbose_name=_("case"),
    )
    family_name = models.CharField(_("family name"), max_length=120, blank=True)
    given_name = models.CharField(_("given name"), max_length=120, blank=True)
    patronymic = models.CharField(_("patronymic"), max_length=120, blank=True)
    name_original = models.CharField(
        _("name in its own script"), max_length=200, blank=True
    )
    aliases = models.JSONField(_("other names"), default=list, blank=True)
    birth_date = PartialDateField(_("date of birth"))
    birth_place = models.CharField(_("place of birth"), max_length=120, blank=True)
    sex = CodeField(_("sex"), codelist="sexes", blank=True)
    citizenships = models.JSONField(_("citizenships"), default=list, blank=True)
    national_id = models.CharField(
        _("national identity number"), max_length=40, blank=True
    )
    document = models.CharField(_("identity document"), max_length=80, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    occupation = models.CharField(_("occupation"), max_length=120, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("persons")

    @staticmethod
    def narrow(
        queryset: models.QuerySet[Any], held: dict[str, frozenset[int]]
    ) -> models.QuerySet[Any]:
        """Victims and witnesses are seen with a capability of its own."""
        units = held.get("records.protected_persons", frozenset())
        # The category first: of most rows nothing more is asked then.
        return queryset.filter(
            ~models.Q(led_category__in=PROTECTED) | models.Q(unit_id__in=units)
        )


PERSON = register(
    RecordType(
        model=Person,
        code="person",
        letter="N",
        caption=("family_name", "given_name", "birth_date"),
        featured=("family_name", "given_name", "birth_date", "role", "led_category"),
        search=(
            "family_name",
            "given_name",
            "patronymic",
            "name_original",
            "aliases",
            "national_id",
            "document",
            "address",
        ),
        groups=(
            (
                _("Person"),
                (
                    "led_category",
                    "role",
                    "incident",
                    "case",
                    "family_name",
                    "given_name",
                    "patronymic",
                    "name_original",
                    "aliases",
                    "birth_date",
                    "birth_place",
                    "sex",
                    "citizenships",
                    "national_id",
                    "document",
                    "address",
                    "occupation",
                ),
            ),
        ),
        required=("led_category",),
        facets=("role", "led_category", "jurisdiction"),
        date="",
        share=(),
        serials=(),
        identify=("family_name", "given_name", "birth_date"),
        retention="person",
        personal=True,
    )
)
