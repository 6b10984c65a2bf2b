"""Leads: what a machine suggests, with its reasons; and what people judged of it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from focalpoint.records.fields import CodeField
from focalpoint.records.identifiers import new_id
from focalpoint.records.models.judged import Judged


class Lead(models.Model):
    """A suggestion that a person settles. It carries what it proposes.

    Whatever the machine, the lead says which records it speaks of, how strong the
    evidence is, what speaks for and against, and which version of which engine says so.
    ``first`` is the record that came later, ``second`` the one that was there. Evidence
    and reasons are codes with parameters; sentences are made where they are shown.
    """

    type_code = "lead"

    class Kind(models.TextChoices):
        """Which machine asks."""

        IDENTITY = "identity", _("Same thing?")
        BALLISTIC = "ballistic", _("Ballistic candidate")
        SIGNAL = "signal", _("Early-detection signal")
        PARTNER = "partner", _("Partner's hit")

    class Proposal(models.TextChoices):
        """What is carried out when a person confirms."""

        SAME = "same", _("same object")
        LINK = "link", _("link")
        NONE = "none", _("nothing")

    class Relation(models.TextChoices):
        """How two records belong together, as the machine sees it."""

        SAME = "same", _("same")
        CLONE = "clone", _("clone")
        LOT = "lot", _("same lot")
        PART = "part", _("part of")

    class Status(models.TextChoices):
        """``noted`` asks nobody: a clone or a lot is told on the dossier."""

        OPEN = "open", _("to judge")
        NOTED = "noted", _("noted")
        JUDGED = "judged", _("judged")
        LAPSED = "lapsed", _("lapsed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(_("reference"), max_length=30, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    # The pair and the kind, or whatever makes a lead the same lead: never two of them.
    key = models.CharField(max_length=120, unique=True)
    status = models.CharField(
        _("state"), max_length=8, choices=Status.choices, default=Status.OPEN
    )
    proposal = models.CharField(
        _("proposal"), max_length=6, choices=Proposal.choices, default=Proposal.NONE
    )
    relation = models.CharField(
        _("relation"), max_length=6, choices=Relation.choices, blank=True
    )
    link_type = CodeField(_("type of link"), codelist="link_types", blank=True)
    unit = models.ForeignKey(
        "accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("unit")
    )
    # Units of records never change; a lead between two units belongs to both.
    other_unit = models.ForeignKey(
        "accounts.Unit", models.PROTECT, null=True, related_name="+"
    )
    first_type = models.CharField(_("newer record: type"), max_length=30, blank=True)
    first_id = models.UUIDField(_("newer record"), null=True, db_index=True)
    second_type = models.CharField(_("older record: type"), max_length=30, blank=True)
    second_id = models.UUIDField(_("older record"), null=True, db_index=True)
    first_version = models.PositiveIntegerField(default=1)
    second_version = models.PositiveIntegerField(default=1)

    weight = models.FloatField(_("weight, bits"), default=0.0)
    probability = models.FloatField(_("probability"), null=True)
    # [{"code": …, "weight": bits, "params": {…}}]: above nothing speaks for, below
    # nothing against; nothing is missing on one side.
    evidence = models.JSONField(_("evidence"), default=list)
    engine = models.CharField(_("engine"), max_length=40)
    engine_version = models.CharField(_("version of the engine"), max_length=40)

    # Why it stands where it stands: [{"code": …, "points": …, "params": {…}}]
    triage = models.FloatField(_("urgency"), default=0.0)
    triage_reasons = models.JSONField(_("reasons of the urgency"), default=list)
    due_at = models.DateTimeField(_("judge by"), null=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="leads",
        verbose_name=_("with"),
    )
    assigned_at = models.DateTimeField(_("assigned"), null=True)

    # What changed in the records since they were judged, where it is asked again:
    # {"first": [fields], "second": [fields], "judgement": id of the former one}
    changed = models.JSONField(_("changed since it was judged"), default=dict)
    lapsed_because = models.CharField(_("why it lapsed"), max_length=40, blank=True)
    raised_at = models.DateTimeField(_("raised"), default=timezone.now)
    updated_at = models.DateTimeField(_("updated"), default=timezone.now)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        ordering = ["-triage", "id"]
        indexes = [
            models.Index(fields=["status", "-triage", "id"], name="lead_inbox"),
            models.Index(fields=["status", "due_at"], name="lead_due"),
            models.Index(
                fields=["engine", "engine_version"], name="lead_engine_version"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_id=None, second_id=None)
                | ~Q(first_id=models.F("second_id")),
                name="lead_of_two",
            )
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def verdicts(self) -> tuple[str, ...]:
        """What may be judged: whether it is one thing, or whether the claim holds."""
        if self.proposal == self.Proposal.LINK:
            return ("confirmed", "refuted", "cannot_say")
        if self.kind == self.Kind.IDENTITY or self.proposal == self.Proposal.SAME:
            return ("same", "different", "cannot_say")
        return ("confirmed", "refuted", "cannot_say")

    def agrees(self, verdict: str) -> bool | None:
        """Tell whether a judgement says what the machine said."""
        if verdict == "cannot_say":
            return None
        if verdict in ("confirmed", "refuted"):
            return verdict == "confirmed"
        claims_same = self.relation in ("", self.Relation.SAME)
        return claims_same == (verdict == "same")

    @property
    def is_open(self) -> bool:
        """Tell whether the lead waits for a judgement."""
        return self.status == self.Status.OPEN

    @property
    def standing(self) -> "Judgement | None":
        """The judgement that stands, if any."""
        rows = self.judgements.filter(stands=True)
        return rows.select_related("by", "same").first()

    @property
    def is_late(self) -> bool:
        """Tell whether the lead should have been judged by now."""
        return bool(self.is_open and self.due_at and self.due_at < timezone.now())

    @property
    def is_personal(self) -> bool:
        """Tell whether it speaks of persons, for whom a purpose is stated."""
        return "person" in (self.first_type, self.second_type)

    @staticmethod
    def scope(queryset: Any, user: Any, visible: Any) -> Any:
        """See a lead with the right to see leads and with both of its records.

        A victim or witness beside a suspect is seen only with the right to see victims
        in the units of both.
        """
        from focalpoint.accounts.access import grants
        from focalpoint.records.models.person import PROTECTED
        from focalpoint.records.models.search_document import SearchDocument

        held = grants(user)
        units = held.get("leads.view", frozenset())
        here = Q(unit_id__in=units) | Q(other_unit_id__in=units)
        seen = visible(SearchDocument.objects.all(), user).order_by()

        # Asked lead by lead: a list of all that one sees would be made first.
        def named(column: str, rows: Any) -> Exists:
            return Exists(rows.filter(record=OuterRef(column)))

        narrowed = queryset.filter(here)
        for column in ("first_id", "second_id"):
            narrowed = narrowed.filter(Q(**{column: None}) | named(column, seen))
        free = held.get("records.protected_persons", frozenset())
        persons = SearchDocument.objects.filter(record_type="person").order_by()
        protected = persons.filter(led_category__in=PROTECTED)
        closed = persons.exclude(unit_id__in=free)
        return narrowed.exclude(
            Q(first_type="person")
            & (
                Q(named("first_id", protected), named("second_id", closed))
                | Q(named("second_id", protected), named("first_id", closed))
            )
        )


# In these a person may judge it.
JUDGEABLE = (Lead.Status.OPEN, Lead.Status.NOTED)


class Judgement(Judged):
    """What one person made of one lead, and what was done then.

    Rows are never removed: together they are the ledger of who judged what, when, on
    which version of which engine. ``before`` keeps how the lead stood, so that a
    withdrawal puts it back.
    """

    type_code = "lead_judgement"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    lead = models.ForeignKey(Lead, models.PROTECT, related_name="judgements")
    verdict = models.CharField(_("judgement"), max_length=12)
    basis = CodeField(_("basis"), codelist="judgement_bases", blank=True)
    # What the machine had said: a later version may say something else of the lead.
    engine = models.CharField(_("engine"), max_length=40)
    engine_version = models.CharField(_("version of the engine"), max_length=40)
    relation = models.CharField(_("relation"), max_length=6, blank=True)
    proposal = models.CharField(_("proposal"), max_length=6)
    weight = models.FloatField(_("weight, bits"), default=0.0)
    probability = models.FloatField(_("probability"), null=True)
    # Whether the person agreed with the machine; nothing where they could not say.
    agreed = models.BooleanField(_("the engine was right"), null=True)
    same = models.ForeignKey(
        "records.SameObject", models.PROTECT, null=True, related_name="+"
    )
    link = models.UUIDField(_("link"), null=True)
    before = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("judgement of a lead")
        verbose_name_plural = _("judgements of leads")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["lead"], condition=Q(stands=True), name="one_judgement_stands"
            )
        ]

    @staticmethod
    def scope(queryset: Any, user: Any, visible: Any) -> Any:
        """Seen with its lead."""
        return queryset.filter(lead__in=visible(Lead.objects.all(), user))
