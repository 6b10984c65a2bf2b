"""Fields refuse what cannot be."""

import pytest
from django.core.exceptions import ValidationError

from tests import cast as people
from tests import make


@pytest.mark.django_db
@pytest.mark.parametrize("value", [-1, 1e30, float("inf")])
def test_no_measure_is_impossible(value):
    alice = people.assemble().alice
    with pytest.raises(ValidationError, match="weight_g"):
        make.firearm(alice, weight_g=value)
    assert make.firearm(alice, weight_g=0.5).weight_g == 0.5
