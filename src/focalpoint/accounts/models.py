"""People, the units they work in, and the roles they hold there."""

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Unit(models.Model):
    """A part of an organisation: state, entity, canton, station, laboratory."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    jurisdiction = models.CharField(_("jurisdiction"), max_length=10, blank=True)
    level = models.CharField(_("level"), max_length=30, blank=True)
    kind = models.CharField(_("kind"), max_length=30, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    # The codes from the top down, each ended by "/": a subtree is one prefix.
    path = models.CharField(_("path"), max_length=400, unique=True, editable=False)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["path"]

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A person with an account."""

    units: Any = models.ManyToManyField(
        Unit, through="Membership", related_name="users"
    )
    language = models.CharField(_("language"), max_length=10, default="en")
    theme = models.CharField(
        _("theme"),
        max_length=5,
        default="light",
        choices=[("light", _("Light")), ("dark", _("Dark"))],
    )
    single_keys = models.BooleanField(_("single-key commands"), default=True)
    # Demonstration accounts alone do without a second factor.
    second_factor_waived = models.BooleanField(default=False, editable=False)
    # A password that somebody else has seen serves for one sign-in only.
    must_change_password = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")


class Membership(models.Model):
    """A role that a person holds in a unit and in all units below it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=40)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "unit", "role"], name="one_membership_a_role"
            )
        ]


class ApiToken(models.Model):
    """A key for a program: acts for a person, with a part of that person's rights."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    scope = models.JSONField(_("scope"), default=list)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")


class Reading(models.Model):
    """A person has read the restriction that the provider put on a record (H3).

    The text is kept as it was read: when it changes, it is to be read again.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    record = models.UUIDField(_("record"))
    text = models.CharField(_("restriction"), max_length=300)
    read_at = models.DateTimeField(_("read"), default=timezone.now)

    class Meta:
        verbose_name = _("restriction read")
        verbose_name_plural = _("restrictions read")
        constraints = [
            models.UniqueConstraint(
                fields=["record", "user"], name="one_reading_a_person"
            )
        ]
