"""How often a password may be guessed: from one address, from many, at every door, by several at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth import authenticate
from django.db import connection

from support_management.audit.models import SupportActionLog
from support_management.core import request_context
from support_management.core.errors import SlowDown
from support_management.core.time import now
from support_management.people.models import User
from support_management.people.passwords import attempts, checking
from support_management.people.passwords.models import PasswordAttempt
from support_management.tasks import prune
from tests.cast import PASSWORD, ada_of_north
from tests.refusals import refused

HERE, THERE = "203.0.113.9", "198.51.100.7"
LIMIT = settings.SIGN_IN_FAILURES


def attempt(password: str = "guess", *, name: str = "ada", ip: str | None = HERE) -> User | None:
    request_context.begin(door="console", ip=ip)
    return authenticate(username=name, password=password)


def fail(count: int, **facts) -> None:
    for _ in range(count):
        assert attempt(**facts) is None


def wait_of(**facts) -> int:
    with refused("slow_down", SlowDown) as refusal:
        attempt(**facts)
    return refusal.value.wait


def later(seconds: float) -> None:
    """As if that time had passed."""
    for row in PasswordAttempt.objects.all():
        PasswordAttempt.objects.filter(pk=row.pk).update(at=row.at - timedelta(seconds=seconds))


class TestOneAddress:
    def test_ten_wrong_passwords_then_the_right_one_is_not_checked(self, ada):
        fail(LIMIT)
        assert 890 < wait_of(password=PASSWORD) <= 900
        assert attempt(PASSWORD, ip=THERE) == ada

    def test_after_the_window_she_comes_in(self, ada):
        fail(LIMIT)
        later(settings.SIGN_IN_MINUTES * 60)
        assert attempt(PASSWORD) == ada

    def test_a_right_password_counts_nothing_and_forgets_her_failures_from_here(self, ada):
        fail(1, ip=THERE)
        for _ in range(LIMIT):
            fail(1)
            assert attempt(PASSWORD) == ada
        assert PasswordAttempt.objects.count() == 1, "the one from elsewhere"

    def test_many_names_from_one_address(self, ada, settings):
        settings.SIGN_IN_NETWORK_FAILURES = 5
        for number in range(5):
            fail(1, name=f"nobody{number}" * 30)
        assert wait_of(password=PASSWORD) > 0
        assert attempt(PASSWORD, ip=THERE) == ada

    @pytest.mark.parametrize(("first", "second"), [("2001:db8::1", "2001:db8::ffff:2"), (None, None)])
    def test_what_counts_as_one_address(self, ada, first, second):
        fail(LIMIT, ip=first)
        assert wait_of(ip=second)

    def test_spellings_of_an_unknown_name_are_one(self, db):
        for number in range(LIMIT):
            fail(1, name=["nobody", "NOBODY", " Nobody "][number % 3])
        assert wait_of(name="nobody")

    def test_whatever_names_her_she_comes_in_and_it_is_one_count(self, ada):
        names = ["ada", "ADA", "Ada@Desk.example"]
        assert [attempt(PASSWORD, name=name) for name in names] == [ada] * 3
        for number in range(LIMIT):
            fail(1, name=names[number % 3])
        assert all(wait_of(name=name) for name in names)

    def test_a_check_that_could_not_be_made_counts_nothing(self, ada):
        def busy():
            raise SlowDown(1)

        with refused("slow_down", SlowDown):
            attempts.checked(ada, "ada", busy)
        assert not PasswordAttempt.objects.exists()

    def test_what_no_longer_counts_is_deleted(self, ada):
        fail(2)
        later(settings.SIGN_IN_MINUTES * 60)
        fail(1)
        assert prune()["attempts"] == 2


class TestManyAddresses:
    @pytest.fixture
    def attacked(self, ada, settings):
        """Ada's name, after failures from many addresses."""
        settings.SIGN_IN_SLOW_AFTER = 3
        for number in range(3):
            fail(1, ip=f"192.0.2.{number}")
        return ada

    def test_each_failure_makes_the_pause_longer(self, attacked):
        pauses = []
        for number in range(8):
            pauses.append(wait_of(ip=f"192.0.2.{number + 9}"))
            later(pauses[-1])
            fail(1, ip=f"192.0.2.{number + 9}")
        assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]

    def test_ada_comes_in_from_where_she_signed_in_before(self, attacked):
        SupportActionLog.objects.create(
            actor=attacked, verb=attempts.SIGN_IN, object_kind="user", object_id=attacked.pk, door="console", ip=HERE
        )
        assert wait_of(ip=THERE)
        assert attempt(PASSWORD) == attacked

    def test_other_names_are_not_slowed(self, attacked, ben):
        assert attempt(PASSWORD, name="ben") == ben


@pytest.mark.django_db(transaction=True)
def test_of_forty_at_once_ten_are_checked():
    person, checks = ada_of_north(), []

    def guess(_):
        try:
            request_context.begin(door="console", ip=HERE)
            attempts.checked(person, "ada", lambda: checks.append(1) or False)
        except SlowDown:
            return
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(guess, range(40)))
    assert len(checks) == LIMIT
    assert PasswordAttempt.objects.count() == LIMIT


class TestAudit:
    def entries(self):
        rows = SupportActionLog.objects.exclude(verb="write").order_by("pk")
        return list(rows.values_list("verb", "actor__username", "object_id", "ip"))

    def test_sign_ins_and_failures(self, ada):
        fail(1), attempt(PASSWORD, ip=THERE), fail(1, name="secret typed here")
        assert self.entries() == [
            ("sign_in_failed", None, ada.pk, HERE),
            ("sign_in", "ada", ada.pk, THERE),
            ("sign_in_failed", None, None, HERE),
        ]
        assert not any("secret" in str(row.after) for row in SupportActionLog.objects.all())

    def test_a_wrong_current_password(self, ada):
        request_context.begin(door="console", ip=HERE, user_id=ada.pk)
        assert checking.confirm(ada, PASSWORD)
        assert not checking.confirm(ada, "guess")
        assert self.entries() == [("password_failed", "ada", ada.pk, HERE)]


def test_a_deactivated_person_and_one_without_a_password_are_guesses_too(ada, cleo):
    ada.is_active = False
    ada.save()
    cleo.set_unusable_password()
    cleo.save()
    assert attempt(PASSWORD) is None
    assert attempt("", name="cleo") is None
    assert PasswordAttempt.objects.filter(at__lte=now()).count() == 2
