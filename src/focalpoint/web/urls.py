"""Every page on one screen."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from focalpoint.web import accounts, health, home, recording, records, restrictions

urlpatterns = [
    path("", home.home, name="home"),
    # recording by hand
    path("record/", recording.start, name="recording"),
    path("record/new", recording.new, name="recording_new"),
    path("record/draft", recording.save_draft, name="recording_draft"),
    path("record/draft/<uuid:pk>", recording.discard_draft, name="recording_discard"),
    path("record/reading", recording.reading, name="recording_reading"),
    # records of every kind
    path("records/", records.kinds, name="record_kinds"),
    path("records/<slug:code>/", records.listing, name="record_list"),
    path("records/<slug:code>/new", records.new, name="record_new"),
    path("records/<slug:code>/<uuid:pk>", records.detail, name="record_detail"),
    path("records/<slug:code>/<uuid:pk>/edit", records.edit, name="record_edit"),
    path(
        "records/<slug:code>/<uuid:pk>/restriction",
        restrictions.confirm,
        name="record_confirm",
    ),
    path(
        "records/<slug:code>/<uuid:pk>/changes", records.changes, name="record_history"
    ),
    path(
        "records/<slug:code>/<uuid:pk>/withdraw",
        records.withdraw,
        name="record_withdraw",
    ),
    # one's own account
    path("you/", accounts.account, name="account"),
    path("you/keys", accounts.tokens, name="tokens"),
    path("you/keys/<int:pk>", accounts.revoke_token, name="token_revoke"),
    path("you/purpose", accounts.purpose, name="purpose"),
    path("language", login_not_required(set_language), name="set_language"),
    path("account/", include("allauth.account.urls")),
    path("mfa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
    path("health", health.alive, name="alive"),
]
