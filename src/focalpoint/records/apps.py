from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "focalpoint.records"
    verbose_name = _("Records")

    def ready(self) -> None:
        from focalpoint.records import checks  # noqa: F401
