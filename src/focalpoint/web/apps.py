"""Pages. An app without models."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "focalpoint.web"
