"""Every page on one screen."""

from django.urls import include, path

from focalpoint.web import health

urlpatterns = [
    path("account/", include("allauth.account.urls")),
    path("mfa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
    path("health", health.alive, name="alive"),
]
