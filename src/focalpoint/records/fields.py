"""Model fields for the values of the domain."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from focalpoint.values import codelists

PARTIAL_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
MOST = 100_000_000  # grams or millimetres: a consignment of a hundred tons
COUNTRY = re.compile(r"[A-Z]{2}|[A-Z]{4}")


class CodeField(models.CharField):
    """One code of a code list. Text that is no code is kept in ``Record.as_read``."""

    def __init__(self, *args: Any, codelist: str = "", **kwargs: Any) -> None:
        self.codelist = codelist
        kwargs.setdefault("max_length", 60)
        super().__init__(*args, **kwargs)

    def validate(self, value: Any, model_instance: Any) -> None:
        super().validate(value, model_instance)
        if value and codelists.load(self.codelist).get(value) is None:
            raise ValidationError(
                _(
                    "%(value)s is not in the list “%(list)s”. Choose a code of the list."
                ),
                code="unknown_code",
                params={"value": value, "list": self.codelist},
            )

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "codelist": self.codelist}


class CodesField(models.JSONField):
    """Several codes of one code list."""

    def __init__(self, *args: Any, codelist: str = "", **kwargs: Any) -> None:
        self.codelist = codelist
        super().__init__(*args, **{"default": list, "blank": True, **kwargs})

    def validate(self, value: Any, model_instance: Any) -> None:
        super().validate(value, model_instance)
        known = codelists.load(self.codelist)
        for code in value or ():
            if known.get(code) is None:
                raise ValidationError(
                    _(
                        "%(value)s is not in the list “%(list)s”. Choose codes of the list."
                    ),
                    code="unknown_code",
                    params={"value": code, "list": self.codelist},
                )

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "codelist": self.codelist}


class MeasureField(models.FloatField):
    """A length or a weight: never below zero, never beyond what somebody can mean."""

    default_validators = [MinValueValidator(0), MaxValueValidator(MOST)]


class PartialDateField(models.CharField):
    """``2021``, ``2021-05`` or ``2021-05-17``: as precise as the source was.

    Stored as text, which sorts by time.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 10, "blank": True, **kwargs})

    def validate(self, value: Any, model_instance: Any) -> None:
        super().validate(value, model_instance)
        if not value:
            return
        if not PARTIAL_DATE.fullmatch(value) or not _is_real(value):
            raise ValidationError(
                _(
                    "%(value)s is not a date. Enter a year, a year and month, or a full "
                    "date such as 2021-05-17."
                ),
                code="bad_date",
                params={"value": value},
            )


class CountryField(models.CharField):
    """ISO 3166-1 alpha-2, or the four letters of ISO 3166-3 for a state that was."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 4, "blank": True, **kwargs})

    def validate(self, value: Any, model_instance: Any) -> None:
        super().validate(value, model_instance)
        if value and not COUNTRY.fullmatch(value):
            raise ValidationError(
                _("%(value)s is not a country code. Use two letters, such as RS."),
                code="bad_country",
                params={"value": value},
            )


def _is_real(text: str) -> bool:
    from datetime import date

    year, month, day = (int(part) for part in f"{text}-01-01".split("-")[:3])
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
