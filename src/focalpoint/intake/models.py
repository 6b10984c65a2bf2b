"""Imports: what was sent, how it is mapped, what became of every row."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from focalpoint.records.identifiers import new_id


def _importable(queryset: Any, user: Any) -> Any:
    from focalpoint.accounts.access import grants

    return queryset.filter(unit_id__in=grants(user).get("intake.import", frozenset()))


class Profile(models.Model):
    """The mapping of one sender's layout, used again for the next file."""

    type_code = "import_profile"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=100, unique=True)
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+")
    record = models.CharField(_("record type"), max_length=30)
    signature = models.CharField(max_length=64, db_index=True)
    mapping = models.TextField(_("mapping"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    updated_at = models.DateTimeField(_("updated"), default=timezone.now)

    class Meta:
        verbose_name = _("sender")
        verbose_name_plural = _("senders")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def scope(queryset: Any, user: Any, visible: Any) -> Any:
        return _importable(queryset, user)


class Batch(models.Model):
    """One import: one file or several that belong together."""

    class Status(models.TextChoices):
        OPEN = "open", _("mapping")
        CHECKING = "checking", _("being checked")
        CHECKED = "checked", _("checked")
        RUNNING = "running", _("being imported")
        DONE = "done", _("imported")
        REMOVING = "removing", _("being removed")
        REMOVED = "removed", _("removed")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")
        REFUSED = "refused", _("refused")

    type_code = "import"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(_("reference"), max_length=30, unique=True)
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.OPEN
    )
    run = models.UUIDField(null=True)
    report = models.JSONField(_("report"), default=dict)
    reason = models.TextField(_("reason"), blank=True)
    created_at = models.DateTimeField(_("opened"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.reference

    @staticmethod
    def scope(queryset: Any, user: Any, visible: Any) -> Any:
        return _importable(queryset, user)


class BatchTable(models.Model):
    """One table of an import: a file or one sheet of it, and its mapping.

    ``done`` counts the rows that are stored; it moves in the same transaction as they
    do, so that a killed import goes on where it stopped.
    """

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="tables")
    position = models.PositiveSmallIntegerField()
    file = models.CharField(_("file"), max_length=255)
    stored = models.CharField(max_length=80)
    digest = models.CharField("SHA-256", max_length=64)
    sheet = models.CharField(_("sheet"), max_length=255, blank=True)
    header_row = models.PositiveIntegerField(_("header row"), default=0)
    record = models.CharField(_("record type"), max_length=30)
    source = models.CharField(_("sender"), max_length=120)
    mapping = models.TextField(_("mapping"))
    proposal = models.JSONField(default=dict)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    checked = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("table")
        verbose_name_plural = _("tables")
        ordering = ["batch", "position"]

    @staticmethod
    def scope(queryset: Any, user: Any, visible: Any) -> Any:
        return queryset.filter(batch__in=visible(Batch.objects.all(), user))


class Row(models.Model):
    """A row that somebody may want to look at: with problems, changes, or rejected."""

    class State(models.TextChoices):
        CREATED = "created", _("new")
        UPDATED = "updated", _("changed")
        UNCHANGED = "unchanged", _("unchanged")
        REJECTED = "rejected", _("rejected")

    table = models.ForeignKey(BatchTable, models.CASCADE, related_name="shown_rows")
    number = models.PositiveIntegerField(_("row"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices)
    key = models.CharField(_("key"), max_length=120, blank=True)
    cells = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    changes = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("row")
        verbose_name_plural = _("rows")
        ordering = ["table", "number"]
        constraints = [
            models.UniqueConstraint(fields=["table", "number"], name="intake_row_once")
        ]
        indexes = [models.Index(fields=["table", "state"], name="intake_row_state")]

    @staticmethod
    def scope(queryset: Any, user: Any, visible: Any) -> Any:
        return queryset.filter(table__in=visible(BatchTable.objects.all(), user))


class RejectedEntry(models.Model):
    """A row of a register's extract that was not loaded, kept to be sent back."""

    edition = models.ForeignKey(
        "records.RegisterEdition", models.CASCADE, related_name="rejected_rows"
    )
    number = models.PositiveIntegerField(_("row"))
    reason = models.CharField(_("reason"), max_length=30)
    cells = models.JSONField(default=list)

    class Meta:
        verbose_name = _("rejected row of a register")
        verbose_name_plural = _("rejected rows of registers")
        ordering = ["edition", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "number"], name="rejected_entry_once"
            )
        ]

    @staticmethod
    def scope(queryset: Any, user: Any, visible: Any) -> Any:
        from focalpoint.records.models import Register

        return queryset.filter(
            edition__register__in=visible(Register.objects.all(), user)
        )
