"""Printed products: a dossier, a certificate, a label, from records a person may see.

Printing is disclosure: it asks for the capability, obeys the handling codes as taking
away does, gets a number and leaves an event with the digest of what was printed.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext

from focalpoint.accounts.access import get_or_404, require, visible
from focalpoint.audit import actions as audit
from focalpoint.engines.documents import pdf
from focalpoint.engines.documents.blocks import (
    Block,
    Cell,
    Document,
    Facts,
    Handling,
    Section,
    Signatures,
    Table,
    Text,
    Words,
)
from focalpoint.engines.documents.label import Label
from focalpoint.records import custody, dossier, dossier_blocks, wording
from focalpoint.records.actions import stricter
from focalpoint.records.base import Record
from focalpoint.records.identifiers import reserve
from focalpoint.records.models import Disposal, Exhibit, Firearm
from focalpoint.values.errors import BadInput

LETTER = "Q"  # of the numbers of printed products
LABEL_FORMS: dict[str, pdf.Form] = {"pdf": "pdf", "png": "png"}
MEDIA_TYPES = {"pdf": "application/pdf", "png": "image/png"}
HTML_LANGUAGES = {"sr": "sr-Cyrl", "sr-latn": "sr-Latn", "cnr": "sr-Latn"}


@dataclass(frozen=True)
class Product:
    """Bytes to hand to somebody, and what they are called."""

    name: str
    media_type: str
    content: bytes
    number: str = ""
    digest: str = ""


@dataclass(frozen=True)
class Frame:
    """What every product of one record carries."""

    title: str
    subtitle: str
    handling: str
    about: Record
    recipients: str = ""


def print_dossier(firearm: Firearm, *, by: Any, names: bool = False) -> Product:
    """Return the dossier of a firearm as PDF.

    ``names``: whether persons are named, which asks for a stated purpose.
    """
    _may_take(firearm, by)
    told = dossier.assemble(firearm, by, use="print")
    handling = firearm.handling
    for one in dossier.mentioned(told):
        handling = stricter(handling, one.handling)
    words = gettext("Dossier %(reference)s") % {"reference": firearm.reference}
    where = wording.jurisdiction(firearm.jurisdiction)
    subtitle = " · ".join(filter(None, (words, firearm.unit.name, where)))
    blocks, files = dossier_blocks.blocks_of(told, named=names)
    title = wording.caption(firearm)
    frame = Frame(title, subtitle, handling, firearm)
    return _typeset(frame, blocks, files, by=by, name="dossier")


def print_certificate(disposal: Disposal, *, by: Any) -> Product:
    """Return the certificate of a disposal that was carried out, as PDF."""
    _may_take(disposal, by)
    if disposal.closed_at is None:
        raise BadInput(
            "%(n)s is not carried out yet; there is nothing to certify.",
            n=disposal.number,
        )
    exhibits = _exhibits(disposal, by)
    held = custody.contents(exhibits, by, use="print")
    what = wording.label(disposal.disposition, "dispositions")
    title = (
        gettext("Certificate of destruction")
        if disposal.disposition == "destroyed"
        else gettext("Certificate of disposal: %(what)s") % {"what": what}
    )
    handling = disposal.handling
    for one in (*exhibits, *held.values()):
        handling = stricter(handling, one.handling)
    subtitle = f"{disposal.number} · {disposal.reference} · {disposal.unit.name}"
    rows = (
        (gettext("Disposition"), what),
        (gettext("Method"), disposal.method),
        (gettext("Carried out on"), wording.partial(disposal.carried_out_on)),
        (gettext("Place"), disposal.place),
        (gettext("Ordered by"), disposal.authority),
        (gettext("Number of the order"), disposal.order_number),
        (gettext("Items"), str(len(exhibits))),
        (gettext("Witness"), disposal.witness),
    )
    statement = gettext(
        "The commission certifies that the items listed below were disposed of as "
        "stated, in the presence of the witness, and that the custody ledger of each "
        "exhibit is closed."
    )
    blocks = (
        Text(statement),
        Facts(tuple(row for row in rows if row[1])),
        Section(gettext("Items")),
        Table(
            (
                gettext("No."),
                gettext("Exhibit"),
                gettext("Item"),
                gettext("Serial"),
                gettext("State"),
            ),
            tuple(
                _item_row(number, exhibit, held.get(exhibit.pk))
                for number, exhibit in enumerate(exhibits, 1)
            ),
            (0.6, 2, 4, 2, 2),
        ),
        Section(gettext("Commission and witness")),
        Signatures(
            (
                *(_signature(member) for member in disposal.commission),
                (gettext("Witness"), disposal.witness),
            )
        ),
    )
    frame = Frame(title, subtitle, handling, disposal)
    return _typeset(frame, blocks, {}, by=by, name="certificate")


def label(exhibit: Exhibit, form: str, *, url: str, by: Any) -> Product:
    """Return the label of an exhibit as PDF or picture; its code opens ``url``."""
    require(by, "records.print", on=exhibit)
    codes = [code.upper() for code in exhibit.handling.split("+") if code != "h0"]
    made = Label(
        number=exhibit.number or exhibit.reference,
        lines=tuple(
            filter(
                None,
                (
                    exhibit.reference,
                    exhibit.unit.name,
                    exhibit.description[:90],
                    wording.partial(exhibit.collected_on),
                ),
            )
        ),
        url=url,
        handling=" ".join(codes),
        notice=gettext("Invented data") if settings.DEMONSTRATION else "",
    )
    content = pdf.typeset_label(made, LABEL_FORMS[form])
    audit.write("records.print", by=by, on=exhibit, detail={"product": "label"})
    return Product(f"{exhibit.reference}.{form}", MEDIA_TYPES[form], content)


# ---- rights


def _may_take(record: Record, user: Any) -> None:
    """Printing takes away: H2 asks for the right to pass on, H3 to have read."""
    require(user, "records.print", on=record)
    try:
        get_or_404(type(record), record.pk, user, use="print")
    except Http404:
        raise PermissionDenied(
            gettext("This record may not be taken away without permission (H2, H3).")
        ) from None


# ---- frame


@transaction.atomic
def _typeset(
    frame: Frame,
    blocks: tuple[Block, ...],
    files: dict[str, bytes],
    *,
    by: Any,
    name: str,
) -> Product:
    require(by, "records.print", on=frame.about)
    [number] = reserve(LETTER, frame.about.jurisdiction)
    document = Document(
        title=frame.title,
        subtitle=frame.subtitle,
        number=number,
        author=wording.person(by) or gettext("System"),
        date=wording.moment(timezone.now()),
        handling=_handling(frame.handling),
        blocks=blocks,
        notices=tuple(_notices()),
        recipients=frame.recipients,
        language=HTML_LANGUAGES.get(wording.locale(), wording.locale()),
        words=_words(),
        files=files,
    )
    content = pdf.typeset(document)
    digest = document.digest()
    detail = {"product": name, "number": number, "sha256": digest}
    audit.write("records.print", by=by, on=frame.about, detail=detail)
    return Product(f"{number}.pdf", "application/pdf", content, number, digest)


def _handling(codes: str) -> tuple[Handling, ...]:
    found = []
    for code in codes.split("+"):
        words = wording.label(code, "handling_codes")
        found.append(Handling(code.upper(), words.partition(" · ")[2] or words))
    return tuple(found)


def _notices() -> list[str]:
    notices = [wording.footnote()]
    if settings.DEMONSTRATION:
        notices.insert(0, gettext("Demonstration: invented data"))
    return notices


def _words() -> Words:
    return Words(
        product=gettext("Product"),
        author=gettext("Author"),
        date=gettext("Date"),
        recipients=gettext("Recipients"),
        page=gettext("Page"),
        of=gettext("of"),
        digest=gettext("SHA-256 of the content"),
        unread=gettext("unread"),
        signature=gettext("Signature"),
    )


# ---- the parts of a certificate


def _exhibits(disposal: Disposal, user: Any) -> list[Exhibit]:
    """Return the exhibits of a list; a certificate that leaves one out is none."""
    listed = Exhibit.objects.filter(disposals__disposal=disposal)
    found = list(visible(listed, user, use="print").order_by("number", "id"))
    if len(found) != listed.count():
        raise PermissionDenied(
            gettext("This record may not be taken away without permission (H2, H3).")
        )
    return found


def _item_row(number: int, exhibit: Exhibit, item: Any) -> tuple[Cell, ...]:
    return (
        Cell(str(number)),
        Cell(exhibit.number, "mono", exhibit.reference),
        Cell(wording.caption(item) if item else exhibit.description),
        Cell(getattr(item, "serial_normal", "") or "–", "serial"),
        Cell(wording.label(exhibit.state, "exhibit_states")),
    )


def _signature(member: dict[str, Any]) -> tuple[str, str]:
    office = str(member.get("office", ""))
    words = gettext("Member of the commission")
    return f"{words}, {office}" if office else words, str(member.get("name", ""))
