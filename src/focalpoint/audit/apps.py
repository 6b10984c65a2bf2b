from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "focalpoint.audit"
    verbose_name = _("Audit trail")

    def ready(self) -> None:
        post_migrate.connect(_guard, sender=self)


def _guard(**kwargs: Any) -> None:
    from focalpoint.audit import actions

    actions.guard()
