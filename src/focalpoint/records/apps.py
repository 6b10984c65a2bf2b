from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "focalpoint.records"
    verbose_name = _("Records")

    def ready(self) -> None:
        from focalpoint.records import checks  # noqa: F401

        post_migrate.connect(_lay_out, sender=self)


def _lay_out(**kwargs: Any) -> None:
    from focalpoint.records import index

    index.lay_out()
