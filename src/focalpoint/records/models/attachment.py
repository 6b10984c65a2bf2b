"""Attachments: files whose bytes never change."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from focalpoint.records.base import Record
from focalpoint.records.fields import CodeField, PartialDateField
from focalpoint.records.models import telling
from focalpoint.records.registry import RecordType, register


class Attachment(Record):
    """A photograph or document of a record, encrypted at rest, known by its digest."""

    record_column = "owner_id"  # its restriction (H3) is that of its record

    owner_type = models.CharField(_("record type"), max_length=30)
    owner_id = models.UUIDField(_("record"), db_index=True)
    kind = CodeField(_("kind"), codelist="attachment_kinds", blank=True)
    name = models.CharField(_("file name"), max_length=160)
    description = models.CharField(_("description"), max_length=200, blank=True)
    media_type = models.CharField(_("media type"), max_length=80)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    taken_on = PartialDateField(_("taken on"))
    wrapped_key = models.CharField(max_length=200, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    tells_of = (("owner_type", "owner_id"),)

    @staticmethod
    def narrow(
        queryset: models.QuerySet[Any], held: dict[str, frozenset[int]]
    ) -> models.QuerySet[Any]:
        """A person's files are seen by those who may see persons."""
        return telling.of_seen(queryset, held, Attachment.tells_of)


ATTACHMENT = register(
    RecordType(
        model=Attachment,
        code="attachment",
        letter="T",
        caption=("name",),
        featured=("name", "kind", "media_type", "size"),
        search=("name", "description"),
        groups=((_("File"), ("kind", "name", "description", "taken_on")),),
        required=("name",),
        facets=("kind", "media_type"),
        date="taken_on",
        retention="object",
    )
)
