"""Same-object judgements: a person says whether two records speak of one thing."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from focalpoint.records.base import with_seen
from focalpoint.records.fields import CodeField
from focalpoint.records.identifiers import new_id
from focalpoint.records.models.judged import Judged

SAME, DIFFERENT, CANNOT_SAY = "same", "different", "cannot_say"


class SameObject(Judged):
    """A judgement on two records of one type; the records themselves never change.

    ``first_id`` is the smaller identifier, so that a pair has one way to be written. At
    most one judgement of a pair stands; a later one replaces it and remembers it in
    ``replaces``, and when the later one is withdrawn the earlier one stands again.
    """

    type_code = "same_object"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record_type = models.CharField(_("record type"), max_length=30)
    first_id = models.UUIDField(_("first record"))
    second_id = models.UUIDField(_("second record"), db_index=True)
    verdict = CodeField(_("judgement"), codelist="judgement_verdicts")
    basis = CodeField(_("basis"), codelist="judgement_bases")
    # The machine's evidence at that moment, in bits; empty where it was not asked.
    weight = models.FloatField(_("weight, bits"), null=True)
    lead = models.UUIDField(_("lead"), null=True)
    # The versions that were judged: what changed since is told by the history.
    first_version = models.PositiveIntegerField(default=1)
    second_version = models.PositiveIntegerField(default=1)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="replaced_by"
    )

    class Meta:
        verbose_name = _("same-object judgement")
        verbose_name_plural = _("same-object judgements")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["first_id", "second_id"],
                condition=Q(stands=True),
                name="one_standing_judgement",
            ),
            models.CheckConstraint(
                condition=Q(first_id__lt=F("second_id")), name="judgement_in_order"
            ),
        ]
        indexes = [
            models.Index(fields=["verdict", "stands"], name="judgement_verdict"),
        ]

    @staticmethod
    def scope(queryset: Any, user: Any, visible: Any) -> Any:
        """Seen by whoever sees both records."""
        from focalpoint.records.models.search_document import SearchDocument

        seen = visible(SearchDocument.objects.all(), user)
        for column in ("first_id", "second_id"):
            queryset = with_seen(queryset, column, seen, "record")
        return queryset

    def other(self, pk: Any) -> Any:
        """Return the identifier of the record at the far end."""
        return self.second_id if pk == self.first_id else self.first_id
