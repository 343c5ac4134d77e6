"""Conditions as they come in, and as they were stored long ago."""

import pytest

from support_management.conditions import checks
from support_management.conditions.matching import KEYS
from support_management.core.errors import Invalid
from support_management.models import SLAPolicy, TicketType
from tests import cast
from tests.refusals import refused

pytestmark = pytest.mark.django_db
KINDS = ("ticket", "dispute")


def test_one_shape_for_what_comes_in():
    came = {"word": ["refund"], "type": ["payment", "order"], "tag": "", "language": "DE-at"}
    stored = checks.conditions_of(came, kinds=KINDS)
    assert stored == {"type": ["payment", "order"], "language": "de-at", "word": "refund"}
    assert list(stored) == [key for key in KEYS if key in stored]


def test_a_website_goes_by_name_or_id():
    site = cast.north()
    for given in (site.pk, str(site.pk), "North"):
        assert checks.conditions_of({"website": given}, kinds=KINDS) == {"website": site.pk}


def test_a_kind_is_one_of_those_that_the_rule_is_for():
    assert checks.conditions_of({"kind": "dispute"}, kinds=KINDS) == {"kind": "dispute"}
    with refused("unknown_value", Invalid, field="conditions", match="Unknown kind: order"):
        checks.conditions_of({"kind": "order"}, kinds=KINDS)


def test_what_a_stored_rule_names_may_be_gone_since():
    stored = {"type": "payment", "website": 999_999}
    TicketType.objects.filter(slug="payment").delete()
    checks.check_shape(stored, kinds=KINDS)
    with refused("unknown_value", Invalid, field="conditions", match="Unknown type: payment"):
        checks.conditions_of(stored, kinds=KINDS)


@pytest.mark.parametrize(
    ("conditions", "code"),
    [
        ({"colour": "red"}, "unknown_condition"),
        ({"tag": {"a": 1}}, "unknown_value"),
        ({"website": "North"}, "unknown_value"),
        ({"kind": "x"}, "unknown_value"),
        ([], "wrong_type"),
    ],
)
def test_a_write_from_a_shell_that_no_engine_could_read_is_refused(conditions, code):
    row = SLAPolicy.objects.first()
    with refused(code, Invalid, field="conditions"):
        SLAPolicy.objects.filter(pk=row.pk).update(conditions=conditions)
    assert SLAPolicy.objects.get(pk=row.pk).conditions == row.conditions
