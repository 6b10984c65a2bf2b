"""The dossier of a firearm as blocks of a printed product."""

from django.utils import timezone
from django.utils.translation import gettext

from focalpoint.engines.documents.blocks import (
    Block,
    Cell,
    Facts,
    Pictures,
    Section,
    Style,
    Table,
    Text,
)
from focalpoint.records import attachments, dossier, life, wording
from focalpoint.records.models import CustodyStep
from focalpoint.values import eu_category

ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


def blocks_of(
    told: dossier.Dossier, *, named: bool
) -> tuple[tuple[Block, ...], dict[str, bytes]]:
    """Return the content of a dossier, and its photographs by name.

    ``named``: whether persons are named or only counted.
    """
    files, pictures = _pictures(told)
    note = gettext("This product holds what its author may take away on its date.")
    blocks = (
        *_identity(told),
        *_marks(told),
        *_readiness(told),
        *_checklist(told),
        *_timeline(told),
        *_custody(told.custody, several=len(told.exhibits) > 1),
        *_persons(told, named=named),
        *_links(told),
        *_category(told),
        *pictures,
        Text(note, "muted"),
    )
    return blocks, files


def _identity(told: dossier.Dossier) -> list[Block]:
    firearm, kind = told.firearm, told.firearm.record_type
    blocks: list[Block] = []
    for title, names in kind.groups:
        rows = []
        for name in names:
            if kind.field(name).is_relation:
                continue
            value = wording.text_of(firearm, kind, name)
            read = str(firearm.as_read.get(name, ""))
            if read and read != value:
                value = f"{value} (“{read}”)" if value else f"“{read}”"
            if value:
                words = kind.label(name)
                rows.append((words[:1].upper() + words[1:], value))
        if rows:
            blocks += [Section(str(title)), Facts(tuple(rows))]
    if firearm.remarks:
        blocks += [Section(gettext("Remarks")), Text(firearm.remarks)]
    return blocks


def _marks(told: dossier.Dossier) -> list[Block]:
    if not told.marks:
        return []
    rows = tuple(
        (
            Cell(
                wording.label(mark.kind, "mark_kinds"),
                "strong",
                wording.label(mark.position, "mark_positions"),
            ),
            Cell(mark.normal, "serial", f"“{mark.text}”" if mark.text else "")
            if mark.normal
            else Cell(f"“{mark.text}”" if mark.text else "–"),
            Cell(wording.label(mark.status, "marking_conditions") or "–"),
        )
        for mark in told.marks
    )
    heads = (gettext("Mark"), gettext("As read"), gettext("Condition"))
    return [
        Section(gettext("Marks"), gettext("as read on the gun, beside what they mean")),
        Table(heads, rows, (2, 3, 2)),
    ]


def _readiness(told: dossier.Dossier) -> list[Block]:
    ready = told.readiness
    rows = [(item.name, item.how) for item in (*ready.missing, *ready.around)]
    blocks: list[Block] = [
        Section(
            gettext("Ready to trace: %(have)s of %(whole)s")
            % {"have": ready.have, "whole": ready.whole}
        )
    ]
    if rows:
        cells = tuple((Cell(name, "strong"), Cell(how)) for name, how in rows)
        heads = (gettext("Missing"), gettext("How to get it"))
        blocks.append(Table(heads, cells, (1, 2)))
    blocks += [Text(text) for text in ready.check]
    return blocks


STEP_STYLES: dict[str, Style] = {"done": "ok", "late": "bad"}


def _checklist(told: dossier.Dossier) -> list[Block]:
    if not told.steps:
        return []
    now = timezone.now()
    rows = []
    for number, step in enumerate(told.steps, 1):
        late = step.state == "open" and step.due_at < now
        state = "late" if late else step.state
        words = gettext("Late") if late else str(step.get_state_display()).capitalize()
        note = ": ".join(filter(None, (wording.person(step.owner), step.note)))
        title = f"{number} {wording.label(step.step, 'recovery_steps')}"
        rows.append(
            (
                Cell(words, STEP_STYLES.get(state, "")),
                Cell(title, "", note),
                Cell(wording.day(step.settled_at or step.due_at)),
            )
        )
    heads = (gettext("State"), gettext("Step and owner"), gettext("Due"))
    return [
        Section(gettext("Recovery checklist"), gettext("INTERPOL, nine steps")),
        Table(heads, tuple(rows), (1, 4, 1.4)),
    ]


def _timeline(told: dossier.Dossier) -> list[Block]:
    rows = []
    for event in told.events:
        is_gap = event.kind == "gap"
        title = event.title
        style: Style = "muted" if is_gap else "lead" if event.kind == "lead" else ""
        if event.kind == "lead":
            title = f"{title} ({gettext('lead, not confirmed')})"
        rows.append(
            (
                Cell(event.date if is_gap else wording.partial(event.date)),
                Cell(title, style, event.text),
                Cell(
                    " ".join(filter(None, (event.source, event.grade))),
                    "",
                    wording.jurisdiction(event.jurisdiction),
                ),
            )
        )
    heads = (gettext("When"), gettext("What"), gettext("Source"))
    return [
        Section(gettext("Life of this gun")),
        Table(heads, tuple(rows), (1.3, 4, 2)),
    ]


def _custody(steps: list[CustodyStep], *, several: bool) -> list[Block]:
    if not steps:
        return []
    rows = tuple(
        (
            Cell(wording.moment(step.at), "", step.exhibit.number if several else ""),
            Cell(step.giver),
            Cell(step.receiver, "", step.place),
            Cell(gettext("Broken"), "bad", step.note)
            if step.is_break
            else Cell(wording.label(step.reason, "custody_reasons"), "", step.note),
            Cell(step.seal_left or step.seal_found, "mono"),
        )
        for step in steps
    )
    heads = (
        gettext("When"),
        gettext("From"),
        gettext("To"),
        gettext("Reason"),
        gettext("Seal"),
    )
    about = gettext("two people for each hand-over")
    return [
        Section(gettext("Custody ledger"), about),
        Table(heads, rows, (1.6, 2, 2, 2, 1.4)),
    ]


def _persons(told: dossier.Dossier, *, named: bool) -> list[Block]:
    if not told.persons:
        return []
    rows = tuple(
        (
            Cell(
                wording.caption(person)
                if named
                else gettext("Person %(n)s") % {"n": number},
                "strong",
            ),
            Cell(wording.label(role, "person_roles") or "–"),
            Cell(
                wording.label(person.led_category, "led_categories")
                or gettext("Not yet determined")
            ),
        )
        for number, (person, role) in enumerate(told.persons, 1)
    )
    heads = (gettext("Person"), gettext("Role"), gettext("Category in the case"))
    return [Section(gettext("Persons")), Table(heads, rows)]


def _links(told: dossier.Dossier) -> list[Block]:
    if not told.links:
        return []
    rows = []
    for link, other in told.links:
        strength = wording.label(link.strength, "link_strengths")
        if life.is_lead(link):
            state = Cell(gettext("Lead, not confirmed"), "lead")
        elif link.strength == "confirmed":
            state = Cell(gettext("Confirmed"), "ok")
        else:
            state = Cell(strength or "–")
        title = wording.label(link.type, "link_types")
        under = " · ".join((other.record_type.title, other.reference))
        rows.append((Cell(title), Cell(wording.caption(other), "", under), state))
    heads = (gettext("Link"), gettext("Record"), gettext("Strength"))
    return [Section(gettext("Links")), Table(heads, tuple(rows), (2, 4, 2))]


def _category(told: dossier.Dossier) -> list[Block]:
    firearm, answer = told.firearm, told.category
    rows = []
    if firearm.eu_category:
        confirmed = gettext("%(category)s, confirmed by %(who)s on %(when)s") % {
            "category": firearm.eu_category.upper(),
            "who": wording.person(firearm.eu_confirmed_by),
            "when": wording.day(firearm.eu_confirmed_at),
        }
        rows.append((gettext("Confirmed"), confirmed))
    computed = [
        gettext("outside the directive")
        if code == eu_category.OUTSIDE
        else code.upper()
        for code in answer.possible
    ]
    rows.append((gettext("Computed"), ", ".join(computed)))
    reasons = [gettext(one.message) % dict(one.params) for one in answer.reasons]
    if reasons:
        rows.append((gettext("Reasons"), "; ".join(reasons)))
    return [Section(gettext("EU category")), Facts(tuple(rows))]


def _pictures(told: dossier.Dossier) -> tuple[dict[str, bytes], list[Block]]:
    files: dict[str, bytes] = {}
    names = []
    for number, one in enumerate(told.photographs[: dossier.MOST_PICTURES], 1):
        name = f"picture-{number}.{ENDINGS[one.media_type]}"
        files[name] = attachments.content(one)
        kind = wording.label(one.kind, "attachment_kinds")
        words = filter(None, (kind, one.description or one.name))
        names.append((name, ": ".join(words)))
    if not names:
        return {}, []
    return files, [Section(gettext("Photographs")), Pictures(tuple(names))]
