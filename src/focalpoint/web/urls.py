"""Every page on one screen."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from focalpoint.web import (
    accounts,
    audit,
    custody,
    disposals,
    dossier,
    files,
    health,
    home,
    identity,
    intake,
    judging,
    leads,
    marks,
    people,
    protection,
    readers,
    recording,
    records,
    registers,
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
    # kinds of record with a page of their own, before the general ones
    path("records/firearm/<uuid:pk>", dossier.overview, name="dossier"),
    path("records/firearm/<uuid:pk>/dossier.pdf", dossier.printed, name="dossier_pdf"),
    path("records/firearm/<uuid:pk>/marks", marks.edit, name="marks_edit"),
    path(
        "records/firearm/<uuid:pk>/checklist",
        dossier.open_checklist,
        name="checklist_open",
    ),
    path(
        "records/firearm/<uuid:pk>/checklist/<uuid:step>",
        dossier.settle_step,
        name="checklist_settle",
    ),
    path(
        "records/firearm/<uuid:pk>/category",
        dossier.confirm_category,
        name="category_confirm",
    ),
    path("records/exhibit/<uuid:pk>", custody.ledger, name="ledger"),
    path("records/exhibit/<uuid:pk>/hand-over", custody.hand_over, name="hand_over"),
    path("records/exhibit/<uuid:pk>/break", custody.settle, name="break_settle"),
    path(
        "records/exhibit/<uuid:pk>/label.<slug:form>",
        custody.label,
        name="exhibit_label",
    ),
    path("disposals/", disposals.listing, name="disposal_list"),
    path("disposals/new", disposals.new, name="disposal_new"),
    path("records/disposal/new", disposals.new),
    path("records/disposal/<uuid:pk>", disposals.detail, name="disposal"),
    path("records/disposal/<uuid:pk>/edit", disposals.edit, name="disposal_edit"),
    path("records/disposal/<uuid:pk>/items", disposals.items, name="disposal_items"),
    path(
        "records/disposal/<uuid:pk>/carry-out",
        disposals.carry_out,
        name="disposal_carry_out",
    ),
    path(
        "records/disposal/<uuid:pk>/certificate.pdf",
        disposals.certificate,
        name="disposal_certificate",
    ),
    path("files/<uuid:pk>", files.download, name="file_download"),
    path("files/<uuid:pk>/picture", files.picture, name="file_picture"),
    # records of every kind
    path("records/", records.kinds, name="record_kinds"),
    path("records/<slug:code>/", records.listing, name="record_list"),
    path("records/<slug:code>/new", records.new, name="record_new"),
    path("records/<slug:code>/<uuid:pk>", records.detail, name="record_detail"),
    path("records/<slug:code>/<uuid:pk>/edit", records.edit, name="record_edit"),
    path(
        "records/<slug:code>/<uuid:pk>/judgements",
        identity.judgements,
        name="dossier_judgements",
    ),
    path("records/<slug:code>/<uuid:pk>/judge", identity.pair, name="judge_pair"),
    path("records/<slug:code>/<uuid:pk>/files", files.attach, name="record_attach"),
    path("records/<slug:code>/<uuid:pk>/links", dossier.link, name="record_link"),
    path(
        "records/<slug:code>/<uuid:pk>/readers", readers.readers, name="record_readers"
    ),
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
    # reference registers
    path("registers/", registers.listing, name="register_list"),
    path("registers/new", registers.new, name="register_new"),
    path("registers/<uuid:pk>", registers.detail, name="register"),
    path("registers/<uuid:pk>/confirm", registers.confirm, name="register_confirm"),
    path("registers/<uuid:pk>/remove", registers.remove, name="register_remove"),
    path("registers/entries/<int:pk>", registers.entry, name="register_entry"),
    path(
        "registers/entries/<int:pk>/take-up",
        registers.take_up,
        name="register_take_up",
    ),
    path("search/", search.search, name="search"),
    path("search/facets", search.facets, name="search_facets"),
    path("search/chart", search.chart, name="search_chart"),
    path("search/map", search.map_layer, name="search_map"),
    path("search/export", search.export, name="search_export"),
    path("search/save", search.save, name="search_save"),
    path("saved/", search.saved_searches, name="saved_searches"),
    path("saved/<int:pk>", search.saved_search, name="saved_search"),
    path("saved/<int:pk>/alert", search.alert, name="saved_search_alert"),
    path("saved/<int:pk>/remove", search.forget, name="saved_search_forget"),
    # leads, and judgements on what is one thing
    path("leads/", leads.inbox, name="leads"),
    path("leads/assign", leads.assign, name="leads_assign"),
    path("leads/ledger", leads.ledger, name="lead_ledger"),
    path("leads/contradictions", identity.contradictions, name="contradictions"),
    path("leads/<uuid:pk>", judging.detail, name="lead"),
    path("leads/<uuid:pk>/judge", judging.judge, name="lead_judge"),
    path("leads/<uuid:pk>/assign", judging.assign, name="lead_assign"),
    path(
        "leads/judgements/<uuid:pk>/withdraw",
        judging.withdraw,
        name="judgement_withdraw",
    ),
    path("judgements/<uuid:pk>/withdraw", identity.withdraw, name="same_withdraw"),
    # imports
    path("imports/", intake.listing, name="import_list"),
    path("imports/new", intake.new, name="import_new"),
    path("imports/<uuid:pk>", intake.detail, name="import_detail"),
    path("imports/<uuid:pk>/progress", intake.progress, name="import_progress"),
    path("imports/<uuid:pk>/check", intake.check, name="import_check"),
    path("imports/<uuid:pk>/decide", intake.decide, name="import_decide"),
    path("imports/<uuid:pk>/rejected", intake.rejected, name="import_rejected"),
    path("imports/<uuid:pk>/undo", intake.undo, name="import_undo"),
    path("imports/<uuid:pk>/<slug:what>", intake.go, name="import_go"),
    # oversight
    path("oversight/audit", audit.events, name="audit"),
    path("oversight/samples", audit.samples, name="audit_samples"),
    path("oversight/samples/<int:pk>", audit.review, name="audit_review"),
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
