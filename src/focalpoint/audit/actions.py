"""Write to the audit trail. The only module that does."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from focalpoint.audit import chain, context, inserting
from focalpoint.audit.models import Event, Head, Sample, Seal
from focalpoint.audit.sealing import sign

Kind = Event.Kind

# The last word of an action says which operation of Directive (EU) 2016/680 it is.
KINDS: dict[str, str] = {
    **dict.fromkeys(("create", "import", "attach", "receive"), Kind.COLLECTION),
    **dict.fromkeys(
        ("change", "withdraw", "restore", "undo", "hand_over", "complete", "dispose"),
        Kind.ALTERATION,
    ),
    **dict.fromkeys(("view", "find", "list", "history", "audit"), Kind.CONSULTATION),
    **dict.fromkeys(("export", "print", "download", "share"), Kind.DISCLOSURE),
    # Two records put side by side, by a machine or a person.
    **dict.fromkeys(
        ("link", "judge_same", "withdraw_same", "raise", "judge"), Kind.COMBINATION
    ),
    **dict.fromkeys(("purge", "erase"), Kind.ERASURE),
}
SYSTEM = "system"


def write(
    action: str,
    *,
    by: Any,
    on: Any = None,
    fields: Iterable[str] = (),
    detail: Mapping[str, object] | None = None,
) -> None:
    """Append one event in the transaction of the change it speaks of."""
    write_many(action, [on], by=by, fields=fields, detail=detail)


@transaction.atomic
def write_many(
    action: str,
    records: Sequence[Any],
    *,
    by: Any,
    fields: Iterable[str] = (),
    detail: Mapping[str, object] | None = None,
) -> None:
    """Append one event for each record, all with the same action."""
    if not records:
        return
    head = Head.objects.select_for_update().filter(pk=1).first() or Head(pk=1)
    common = _common(action, by, fields, detail)
    rows = []
    for record in records:
        event = (head.seq + 1, *common[:4], *_name_of(record), *common[4:])
        prev, head.seq = head.hash, head.seq + 1
        head.hash = chain.link(prev, event)
        rows.append((*event, prev, head.hash))
    inserting.insert(Event, rows, names=(*chain.COLUMNS, "prev", "hash"))
    head.save()


@transaction.atomic
def seal() -> Seal | None:
    """Sign the head of the chain and note it outside the database."""
    head = Head.objects.select_for_update().filter(pk=1).first()
    if head is None:
        return None
    now = timezone.now()
    text = f"{head.seq} {head.hash} {chain.timestamp(now)}"
    done = Seal.objects.create(
        seq=head.seq, hash=head.hash, at=now, signature=sign(text)
    )
    settings.HOME.mkdir(parents=True, exist_ok=True)
    with (settings.HOME / "audit-seals.txt").open("a") as book:
        book.write(f"{text} {done.signature}\n")
    return done


@transaction.atomic
def keep_samples(drawn: Sequence[tuple[int, str]]) -> None:
    """Put events, given by number and actor, before a supervisor."""
    now = timezone.now()
    rows = [Sample(event=seq, actor=actor, drawn_at=now) for seq, actor in drawn]
    Sample.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def settle_sample(sample: Sample, verdict: str, note: str, *, by: Any) -> None:
    """Note what a supervisor found."""
    sample.verdict, sample.note = verdict, note[:300]
    sample.reviewer, sample.reviewed_at = str(by.pk), timezone.now()
    sample.save()


def _common(
    action: str,
    by: Any,
    fields: Iterable[str],
    detail: Mapping[str, object] | None,
) -> tuple[Any, ...]:
    """Return what all events of one call share, in the order of the chain's columns:
    four values that stand before the record's name, four after it."""
    where = context.current()
    return (
        timezone.now(),
        str(KINDS.get(action.rpartition(".")[2], Kind.SECURITY)),
        action,
        str(by.pk) if getattr(by, "pk", None) else SYSTEM,
        where.address,
        chain.plain(where.purpose)[:200],
        chain.canonical(sorted(fields)),
        chain.canonical(dict(detail or {})),
    )


def _name_of(record: Any) -> tuple[str, str]:
    if record is None:
        return "", ""
    kind = getattr(record, "type_code", "") or record._meta.model_name
    return kind, str(record.pk)


def guard() -> None:
    """Have the database itself refuse to change or delete events.

    Django rebuilds a table on SQLite when a migration alters it, which drops the
    triggers without a word; so they are made anew after every migration.
    """
    with connection.cursor() as cursor:
        for statement in GUARDS[connection.vendor]:
            cursor.execute(statement)


GUARDS: dict[str, list[str]] = {
    "sqlite": [
        f"CREATE TRIGGER IF NOT EXISTS audit_event_no_{verb} BEFORE {verb} "
        "ON audit_event BEGIN "
        "SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        """
        CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$
        """,
        "DROP TRIGGER IF EXISTS audit_event_guard ON audit_event",
        """
        CREATE TRIGGER audit_event_guard BEFORE UPDATE OR DELETE ON audit_event
        FOR EACH ROW EXECUTE FUNCTION audit_refuse()
        """,
    ],
}
