"""Addresses: pages, API, health. Nothing else."""

from django.urls import include, path

from focalpoint.api import api

urlpatterns = [
    path("api/", api.urls),
    path("", include("focalpoint.web.urls")),
]

handler403 = "focalpoint.web.restrictions.refused"
