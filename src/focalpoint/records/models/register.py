"""Reference registers: the entries of somebody else's register, millions of them.

An entry is no record: nothing hangs on it, it has no history and no page to edit. It
is what one edition of one register says, loaded in bulk and replaced in bulk. Whoever
may see the register may see its entries; the firearm record of an entry is made when a
lead or a person needs it (``records.registers.take_up``).
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from focalpoint.records.base import HANDLING, with_seen
from focalpoint.records.fields import CodeField, CountryField
from focalpoint.records.identifiers import new_id
from focalpoint.records.models.search_document import NumberForms
from focalpoint.values import codelists


class Register(models.Model):
    """A register that is consulted, not kept, here: who holds it, who may see it."""

    type_code = "register"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("register"), max_length=100, unique=True)
    unit = models.ForeignKey(
        "accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("unit")
    )
    handling = models.CharField(
        _("handling code"),
        max_length=8,
        default="h0",
        choices=[(code, code.upper()) for code in HANDLING],
    )
    handling_note = models.CharField(_("restriction"), max_length=300, blank=True)
    is_complete = models.BooleanField(default=True, editable=False)
    # The edition that is shown; none before the first is whole.
    current = models.ForeignKey(
        "records.RegisterEdition",
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
    )
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("reference register")
        verbose_name_plural = _("reference registers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class RegisterEdition(models.Model):
    """One extract of a register: loaded in portions, shown at once when it is whole.

    ``done`` counts the rows of the file that are dealt with; it moves in the same
    transaction as the entries do, so that a killed load goes on where it stopped.
    """

    class State(models.TextChoices):
        LOADING = "loading", _("being loaded")
        CURRENT = "current", _("in use")
        REPLACED = "replaced", _("replaced")
        REFUSED = "refused", _("refused")
        REMOVED = "removed", _("removed")

    type_code = "register_edition"

    id: Any = models.AutoField(primary_key=True)
    register = models.ForeignKey(
        Register, models.CASCADE, related_name="editions", verbose_name=_("register")
    )
    number = models.PositiveIntegerField(_("edition"))
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.LOADING
    )
    file = models.CharField(_("file"), max_length=255)
    path = models.CharField(max_length=1000, blank=True, editable=False)
    digest = models.CharField("SHA-256", max_length=64)
    sheet = models.CharField(_("sheet"), max_length=255, blank=True)
    mapping = models.TextField(_("mapping"))
    done = models.PositiveIntegerField(default=0, editable=False)
    entries = models.PositiveIntegerField(_("entries"), default=0)
    rejected = models.PositiveIntegerField(_("rejected rows"), default=0)
    report = models.JSONField(_("report"), default=dict)
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        db_index=False,
    )
    started_at = models.DateTimeField(_("begun"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["register", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["register", "number"], name="register_edition_once"
            ),
            # Two loads of one register at a time would race for being the next one.
            models.UniqueConstraint(
                fields=["register"],
                condition=Q(state="loading"),
                name="register_one_load",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.number}"

    @staticmethod
    def scope(queryset: Any, user: Any, visible: Any) -> Any:
        return with_seen(queryset, "register_id", visible(Register.objects.all(), user))


class RegisterEntry(NumberForms):
    """One firearm as one edition of a register has it.

    ``id`` is made of the edition and the row of the file, so that a portion that is
    loaded a second time can only be the same portion. On PostgreSQL each edition has a
    table of its own below this one (``records.register_tables``).
    """

    type_code = "register_entry"

    id: Any = models.BigIntegerField(primary_key=True)
    edition = models.ForeignKey(
        RegisterEdition,
        models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    number = models.CharField(_("number in the register"), max_length=120)
    type = CodeField(_("type"), codelist="firearm_types", blank=True)
    type_read = models.CharField(_("type as read"), max_length=120, blank=True)
    make = CodeField(_("make"), codelist="makes", blank=True)
    make_read = models.CharField(_("make as read"), max_length=120, blank=True)
    model = models.CharField(_("model"), max_length=120, blank=True)
    calibre = CodeField(_("calibre"), codelist="calibres", blank=True)
    calibre_read = models.CharField(_("calibre as read"), max_length=120, blank=True)
    serial = models.CharField(_("serial number"), max_length=300, blank=True)
    country = CountryField(_("country of manufacture"))
    year = models.CharField(_("year of manufacture"), max_length=10, blank=True)

    class Meta:
        verbose_name = _("register entry")
        verbose_name_plural = _("register entries")
        indexes = [
            models.Index(
                fields=["light"], name="entry_light", opclasses=["varchar_pattern_ops"]
            ),
            models.Index(
                fields=["reverse"],
                name="entry_reverse",
                opclasses=["varchar_pattern_ops"],
            ),
            models.Index(fields=["number"], name="entry_number"),
        ]

    @staticmethod
    def scope(queryset: Any, user: Any, visible: Any) -> Any:
        """See an entry with its register, in the edition that is in use."""
        registers = visible(Register.objects.all(), user)
        editions = registers.exclude(current=None).values_list("current", flat=True)
        return queryset.filter(edition__in=list(editions))

    def __str__(self) -> str:
        shown = (self.text("make"), self.model, self.text("calibre"), self.serial)
        return " ".join(part for part in shown if part) or self.number

    def text(self, name: str, locale: str = "en") -> str:
        """Return a coded value as people read it: its label, else what was read."""
        code = getattr(self, name)
        field: Any = self._meta.get_field(name)
        found = codelists.load(field.codelist).get(code) if code else None
        return found.label(locale) if found else getattr(self, f"{name}_read")
