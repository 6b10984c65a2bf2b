"""Every page on one screen."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from focalpoint.web import (
    accounts,
    audit,
    health,
    home,
    intake,
    people,
    protection,
    recording,
    records,
    restrictions,
    retention,
    search,
)

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
    # search
    path("search/", search.search, name="search"),
    path("search/facets", search.facets, name="search_facets"),
    path("search/chart", search.chart, name="search_chart"),
    path("search/map", search.map_layer, name="search_map"),
    path("search/export", search.export, name="search_export"),
    path("search/save", search.save, name="search_save"),
    path("saved/", search.saved_searches, name="saved_searches"),
    path("saved/<int:pk>", search.saved_search, name="saved_search"),
    path("saved/<int:pk>/remove", search.forget, name="saved_search_forget"),
    # imports
    path("imports/", intake.listing, name="import_list"),
    path("imports/new", intake.new, name="import_new"),
    path("imports/<uuid:pk>", intake.detail, name="import_detail"),
    path("imports/<uuid:pk>/progress", intake.progress, name="import_progress"),
    path("imports/<uuid:pk>/check", intake.check, name="import_check"),
    path("imports/<uuid:pk>/rejected", intake.rejected, name="import_rejected"),
    path("imports/<uuid:pk>/undo", intake.undo, name="import_undo"),
    path("imports/<uuid:pk>/<slug:what>", intake.go, name="import_go"),
    # oversight
    path("oversight/audit", audit.events, name="audit"),
    path("oversight/samples", audit.samples, name="audit_samples"),
    path("oversight/samples/<int:pk>", audit.review, name="audit_review"),
    path("records/<slug:code>/<uuid:pk>/readers", audit.readers, name="record_readers"),
    path("oversight/retention", retention.overview, name="retention"),
    path("oversight/retention/erased", retention.evidence, name="retention_evidence"),
    path("oversight/retention/<slug:code>", retention.due, name="retention_list"),
    path(
        "oversight/retention/<slug:code>/<uuid:pk>",
        retention.decide,
        name="retention_decide",
    ),
    path("oversight/protection", protection.registers, name="protection"),
    path(
        "oversight/protection/requests/new",
        protection.new_request,
        name="protection_request_new",
    ),
    path(
        "oversight/protection/requests/<uuid:pk>",
        protection.one_request,
        name="protection_request",
    ),
    path(
        "oversight/protection/breaches/new",
        protection.new_breach,
        name="protection_breach_new",
    ),
    path(
        "oversight/protection/breaches/<uuid:pk>",
        protection.one_breach,
        name="protection_breach",
    ),
    path("oversight/people", people.people, name="people"),
    path("oversight/people/new", people.invite, name="invite"),
    path("oversight/people/<int:pk>", people.person, name="person"),
    path(
        "oversight/people/<int:pk>/roles/<int:role>", people.revoke, name="role_revoke"
    ),
    path("oversight/people/<int:pk>/<slug:what>", people.change, name="person_change"),
    path("oversight/units", people.units, name="units"),
    path("oversight/health", health.health, name="health"),
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
