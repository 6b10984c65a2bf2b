"""Read leads: the inbox, one lead with its surroundings, and the ledger.

Everything passes the gate: a lead is there for whoever sees both of its records. Leads
on persons are counted and listed for a stated purpose only.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from focalpoint.accounts.access import (
    RestrictionUnread,
    get_or_404,
    grants,
    unread,
    visible,
)
from focalpoint.accounts.capabilities import ROLES
from focalpoint.accounts.models import Membership, Unit, User
from focalpoint.audit import context
from focalpoint.leads.models import Judgement, Lead
from focalpoint.records import dossiers, queries, registry
from focalpoint.records.base import Record
from focalpoint.values.errors import BadInput

PAGE = 50
RIVALS = 10  # other leads that are shown beside one
ORDERS = {
    "triage": ("-triage", "id"),
    "weight": ("-weight", "id"),
    "due": ("due_at", "-triage", "id"),
    "newest": ("-raised_at", "-id"),
    "oldest": ("raised_at", "id"),
}
WHOSE = ("", "mine", "nobody", "others")
JUDGES = tuple(
    code for code, role in ROLES.items() if "leads.judge" in role.capabilities
)


@dataclass(frozen=True)
class Wanted:
    """Which leads: empty values let everything through."""

    status: str = "open"
    kind: str = ""
    record_type: str = ""
    relation: str = ""
    whose: str = ""
    late: bool = False
    least_weight: float | None = None
    jurisdiction: str = ""
    batch: UUID | None = None  # leads on records of one import
    order: str = "triage"

    def __post_init__(self) -> None:
        if self.order not in ORDERS:
            raise BadInput("leads cannot be ordered by %(order)s", order=self.order)
        if self.whose not in WHOSE:
            raise BadInput("%(whose)s is nobody whose leads are", whose=self.whose)


@dataclass(frozen=True)
class Shown:
    """A lead with its records; ``closed``: a restriction (H3) has to be read first.

    Of a record in ``closed`` nothing but its reference may be shown.
    """

    lead: Lead
    first: Any = None
    second: Any = None
    closed: frozenset[UUID] = frozenset()
    assigned_to: Any = None  # nobody where the person may not judge any more

    @property
    def pair(self) -> tuple[Any, Any]:
        """Both records, the newer first."""
        return self.first, self.second

    @property
    def is_closed(self) -> bool:
        """Tell whether the evidence would tell what a restriction hides."""
        return bool(self.closed)


@dataclass(frozen=True)
class Page:
    """One page of the inbox."""

    wanted: Wanted
    rows: list[Shown]
    total: int


@dataclass(frozen=True)
class Happening:
    """One line of a lead's history."""

    at: datetime
    what: str  # raised, judged, withdrawn
    by: Any = None
    judgement: Judgement | None = None


@dataclass(frozen=True)
class Standing:
    """How often one version of one engine was right, of one relation."""

    engine: str
    engine_version: str
    relation: str
    waiting: int = 0
    judged: int = 0
    right: int = 0
    wrong: int = 0
    unsure: int = 0
    withdrawn: int = 0

    @property
    def share(self) -> float | None:
        """The share of judged suggestions that people agreed with; unsure ones apart."""
        said = self.right + self.wrong
        return self.right / said if said else None


# ---- the inbox


def leads(user: Any, wanted: Wanted = Wanted()) -> QuerySet[Lead]:
    """Return the leads that fit and that a person may see, in the order asked for."""
    rows = permitted(user)
    if wanted.status:
        rows = rows.filter(status=wanted.status)
    for name in ("kind", "relation"):
        if value := getattr(wanted, name):
            rows = rows.filter(**{name: value})
    if wanted.record_type:
        rows = rows.filter(
            Q(first_type=wanted.record_type) | Q(second_type=wanted.record_type)
        )
    if wanted.late:
        rows = rows.filter(status=Lead.Status.OPEN, due_at__lt=timezone.now())
    if wanted.least_weight is not None:
        rows = rows.filter(weight__gte=wanted.least_weight)
    if wanted.jurisdiction:
        rows = rows.filter(
            Q(unit__jurisdiction=wanted.jurisdiction)
            | Q(other_unit__jurisdiction=wanted.jurisdiction)
        )
    rows = _of_batch(rows, wanted.batch) if wanted.batch else rows
    return _whose(rows, wanted.whose, user).order_by(*ORDERS[wanted.order])


def inbox(
    user: Any, wanted: Wanted = Wanted(), *, start: int = 0, limit: int = PAGE
) -> Page:
    """Return one page of the inbox with the records of each lead."""
    rows = leads(user, wanted)
    part = list(rows.select_related("unit", "assigned_to")[start : start + limit])
    return Page(wanted, shown(part, user), rows.count())


def counts(user: Any) -> dict[str, int]:
    """Return how many open leads there are for a person: all, theirs, late."""
    rows = permitted(user).filter(status=Lead.Status.OPEN)
    late = Q(due_at__lt=timezone.now())
    return rows.aggregate(
        open=Count("pk"),
        mine=Count("pk", filter=Q(assigned_to=getattr(user, "pk", None))),
        late=Count("pk", filter=late),
    )


def following(user: Any, wanted: Wanted, after: UUID | None = None) -> Lead | None:
    """Return the lead to judge next: the first of the inbox, or the one behind another.

    Behind the last comes the first again, as long as any waits.
    """
    rows = leads(user, wanted)
    keys = list(rows.values_list("pk", flat=True)[:1000])
    if not keys:
        return None
    place = keys.index(after) + 1 if after in keys else 0
    return rows.get(pk=keys[place % len(keys)]) if keys != [after] else None


def permitted(user: Any) -> QuerySet[Lead]:
    """Return the leads that a person may see now; of persons for a stated purpose."""
    rows = visible(Lead.objects.all(), user)
    if getattr(user, "pk", None) and not context.current().purpose:
        personal = [kind.code for kind in registry.all_types() if kind.personal]
        rows = rows.exclude(first_type__in=personal).exclude(second_type__in=personal)
    return rows


# ---- one lead


def lead_or_404(pk: Any, user: Any) -> Lead:
    """Return one lead, or the same 404 whether it is absent or forbidden."""
    return get_or_404(Lead, pk, user)


def show(lead: Lead, user: Any) -> Shown:
    """Return a lead with its records."""
    return shown([lead], user)[0]


def opened(lead: Lead, user: Any) -> Shown:
    """Return a lead to somebody who reads its evidence: H3 asks to be read first."""
    told = show(lead, user)
    for record in told.pair:
        if record is not None and record.pk in told.closed:
            raise RestrictionUnread(record)
    return told


def judge_named(name: str) -> User:
    """Return the active person with a sign-in name."""
    found = User.objects.filter(username=name, is_active=True).first()
    if found is None:
        raise BadInput("there is no active account %(name)s", name=name)
    return found


def shown(part: Sequence[Lead], user: Any) -> list[Shown]:
    """Return leads with their records, in few questions to the database."""
    wanted = [
        (code, str(pk))
        for lead in part
        for code, pk in (
            (lead.first_type, lead.first_id),
            (lead.second_type, lead.second_id),
        )
        if pk
    ]
    found = queries.seen(wanted, user)
    closed = unread(found.values(), user)
    reachable = _still_judging(part)
    answer = []
    for lead in part:
        pair = (found.get(str(lead.first_id)), found.get(str(lead.second_id)))
        answer.append(
            Shown(
                lead,
                *pair,
                frozenset(one.pk for one in pair if one and one.pk in closed),
                lead.assigned_to if lead.assigned_to_id in reachable else None,
            )
        )
    return answer


def judgements(lead: Lead) -> list[Judgement]:
    """Return every judgement of a lead, withdrawn ones too, the latest first."""
    rows = lead.judgements.select_related("by", "withdrawn_by", "same")
    return list(rows.order_by("-at"))


def history(lead: Lead) -> list[Happening]:
    """Return what became of a lead, in order of time."""
    found = [Happening(lead.raised_at, "raised")]
    for one in judgements(lead):
        found.append(Happening(one.at, "judged", one.by, one))
        if one.withdrawn_at:
            found.append(
                Happening(one.withdrawn_at, "withdrawn", one.withdrawn_by, one)
            )
    return sorted(found, key=lambda one: one.at)


def rivals(lead: Lead, user: Any) -> list[Shown]:
    """Return other leads on the same records, the strongest first: why not those?"""
    pks = [pk for pk in (lead.first_id, lead.second_id) if pk]
    rows = permitted(user).exclude(pk=lead.pk).exclude(status=Lead.Status.LAPSED)
    rows = rows.filter(Q(first_id__in=pks) | Q(second_id__in=pks))
    part = rows.select_related("unit", "assigned_to").order_by("-weight")[:RIVALS]
    return shown(list(part), user)


def consequences(lead: Lead, user: Any) -> dict[str, dossiers.Consequence]:
    """Return what each judgement of two records would do, told before it is made."""
    told = show(lead, user)
    if told.first is None or told.second is None or "same" not in lead.verdicts:
        return {}
    return {
        verdict: dossiers.consequence(told.first, told.second, verdict, user)
        for verdict in ("same", "different")
    }


def judgement_or_404(pk: Any, user: Any) -> Judgement:
    """Return one judgement of a lead, or the same 404 for absent and forbidden."""
    return get_or_404(Judgement, pk, user)


def standing_of(part: Sequence[Lead]) -> dict[UUID, Judgement]:
    """Return the judgement that stands of each of some leads."""
    judged = [lead.pk for lead in part if lead.status == Lead.Status.JUDGED]
    if not judged:
        return {}
    rows = Judgement.objects.filter(lead__in=judged, stands=True)
    return {one.lead_id: one for one in rows.select_related("by")}


def judges(user: Any) -> list[User]:
    """Return the people to whom a person may give leads: judges of their units."""
    units = grants(user).get("leads.assign", frozenset())
    paths = Unit.objects.filter(pk__in=units).values_list("path", flat=True)
    here = Q(unit__in=units)
    for path in {above for one in paths for above in _above(one)}:
        here |= Q(unit__path=path)
    people = _judging().filter(here).values("user")
    return list(User.objects.filter(pk__in=people).order_by("last_name", "username"))


def _above(path: str) -> list[str]:
    """Return the paths of a unit and of every unit above it."""
    parts = path.strip("/").split("/")
    return [f"/{'/'.join(parts[: n + 1])}/" for n in range(len(parts))]


# ---- leads beside a record


def of_record(
    record: Record, user: Any, statuses: Iterable[str] = ("open",)
) -> list[Shown]:
    """Return the leads on a record, the most urgent first."""
    rows = permitted(user).filter(Q(first_id=record.pk) | Q(second_id=record.pk))
    rows = rows.filter(status__in=list(statuses)).order_by("-triage", "id")
    return shown(list(rows.select_related("unit", "assigned_to")), user)


def of_dossier(records: Sequence[Record], user: Any) -> list[Shown]:
    """Return the open leads between the records of one dossier and others."""
    pks = [record.pk for record in records]
    rows = permitted(user).filter(
        Q(first_id__in=pks) | Q(second_id__in=pks), status=Lead.Status.OPEN
    )
    rows = rows.exclude(first_id__in=pks, second_id__in=pks).order_by("-triage", "id")
    return shown(list(rows.select_related("unit", "assigned_to")[:PAGE]), user)


def warnings(records: Sequence[Record], user: Any) -> list[Shown]:
    """Return the clones and lots of some records, for the page of their dossier.

    A pair inside the dossier itself warns of nothing.
    """
    pks = [record.pk for record in records]
    rows = permitted(user).filter(
        Q(first_id__in=pks) | Q(second_id__in=pks),
        relation__in=(Lead.Relation.CLONE, Lead.Relation.LOT),
    )
    rows = rows.exclude(status=Lead.Status.LAPSED)
    rows = rows.exclude(first_id__in=pks, second_id__in=pks).order_by("-weight")
    return shown(list(rows.select_related("unit", "assigned_to")[:PAGE]), user)


# ---- the ledger


def ledger(user: Any) -> QuerySet[Judgement]:
    """Return who judged what, when, on which version of which engine; latest first."""
    rows = Judgement.objects.filter(lead__in=permitted(user))
    return rows.select_related("lead", "by", "withdrawn_by").order_by("-at")


def track_record(user: Any) -> list[Standing]:
    """Return how often each version of each engine was right, as far as one may see."""
    names = ("engine", "engine_version", "relation")
    found: dict[tuple[str, ...], dict[str, int]] = {}
    waiting = permitted(user).filter(status=Lead.Status.OPEN)
    for row in waiting.order_by().values(*names).annotate(waiting=Count("pk")):
        found[tuple(row[name] for name in names)] = {"waiting": row["waiting"]}
    judged = Judgement.objects.filter(lead__in=permitted(user))
    rows = judged.values(*names).annotate(
        judged=Count("pk", filter=Q(stands=True)),
        right=Count("pk", filter=Q(stands=True, agreed=True)),
        wrong=Count("pk", filter=Q(stands=True, agreed=False)),
        unsure=Count("pk", filter=Q(stands=True, agreed=None)),
        withdrawn=Count("pk", filter=Q(withdrawn_at__isnull=False)),
    )
    for row in rows.order_by():
        key = tuple(row.pop(name) for name in names)
        found.setdefault(key, {}).update(row)
    answer = []
    for (engine, version, relation), numbers in sorted(found.items()):
        answer.append(Standing(engine, version, relation, **numbers))
    return answer


# ---- the parts


def _of_batch(rows: QuerySet[Lead], batch: UUID) -> QuerySet[Lead]:
    from focalpoint.records.models import SearchDocument

    documents = SearchDocument.objects.filter(batch=batch).values("record")
    return rows.filter(Q(first_id__in=documents) | Q(second_id__in=documents))


def _whose(rows: QuerySet[Lead], whose: str, user: Any) -> QuerySet[Lead]:
    if whose == "mine":
        return rows.filter(assigned_to=user)
    if whose == "nobody":
        return rows.filter(Q(assigned_to=None) | ~Exists(_roles_of_assigned()))
    if whose == "others":
        kept = rows.exclude(assigned_to=None).exclude(assigned_to=user)
        return kept.filter(Exists(_roles_of_assigned()))
    return rows


def _roles_of_assigned() -> QuerySet[Membership]:
    """Return the standing roles that let the person of a lead judge it."""
    return _judging().filter(user=OuterRef("assigned_to"))


def _judging() -> QuerySet[Membership]:
    today = timezone.localdate()
    return Membership.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=today),
        role__in=JUDGES,
        user__is_active=True,
    )


def _still_judging(part: Sequence[Lead]) -> set[int]:
    """Return which of the people with a lead may judge at all, as of today."""
    people = {lead.assigned_to_id for lead in part if lead.assigned_to_id}
    if not people:
        return set()
    return set(_judging().filter(user__in=people).values_list("user_id", flat=True))
