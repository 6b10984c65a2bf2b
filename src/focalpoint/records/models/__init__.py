"""One file for each record type: the model, then its descriptor."""

from focalpoint.records.identifiers import Counter
from focalpoint.records.models.ammunition import Ammunition, Explosive
from focalpoint.records.models.attachment import Attachment
from focalpoint.records.models.ballistic import BallisticItem
from focalpoint.records.models.case import LegalCase
from focalpoint.records.models.consignment import Consignment
from focalpoint.records.models.disposal import Disposal, DisposalItem
from focalpoint.records.models.draft import Draft
from focalpoint.records.models.exhibit import CustodyStep, Exhibit
from focalpoint.records.models.firearm import Firearm, Mark, Step
from focalpoint.records.models.hold import Hold
from focalpoint.records.models.incident import Incident
from focalpoint.records.models.link import Link
from focalpoint.records.models.location import Location
from focalpoint.records.models.organisation import Organisation
from focalpoint.records.models.part import Part
from focalpoint.records.models.person import Person
from focalpoint.records.models.protection import (
    Breach,
    Erasure,
    SubjectRequest,
)
from focalpoint.records.models.register import (
    Register,
    RegisterEdition,
    RegisterEntry,
)
from focalpoint.records.models.report import Provenance, Report
from focalpoint.records.models.same import SameObject
from focalpoint.records.models.saved_search import SavedSearch
from focalpoint.records.models.search_document import (
    FacetCount,
    SearchDocument,
    SerialKey,
)
from focalpoint.records.models.seizure import Seizure
from focalpoint.records.models.state import State

__all__ = [
    "Ammunition",
    "Attachment",
    "BallisticItem",
    "Breach",
    "Consignment",
    "Counter",
    "CustodyStep",
    "Disposal",
    "DisposalItem",
    "Draft",
    "Erasure",
    "Exhibit",
    "Explosive",
    "FacetCount",
    "Firearm",
    "Hold",
    "Incident",
    "LegalCase",
    "Link",
    "Location",
    "Mark",
    "Organisation",
    "Part",
    "Person",
    "Provenance",
    "Register",
    "RegisterEdition",
    "RegisterEntry",
    "Report",
    "SameObject",
    "SavedSearch",
    "SearchDocument",
    "Seizure",
    "SerialKey",
    "State",
    "Step",
    "SubjectRequest",
]
