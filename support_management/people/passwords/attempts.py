"""Limits on guessing passwords, shared by all processes: an attempt is reserved before the password is checked.

Per account and network, per network, and a growing pause per account over all networks. The pause does not hold for
networks from which the person signed in lately, so that nobody can shut a colleague out from elsewhere.
"""

import math
import zlib
from collections.abc import Callable
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac

from support_management.audit.models import SupportActionLog
from support_management.core import request_context
from support_management.core.errors import SlowDown
from support_management.core.time import AHEAD, now
from support_management.people.models import User
from support_management.people.passwords.models import PasswordAttempt

LONGEST_PAUSE = timedelta(minutes=1)
FAMILIAR_FOR = timedelta(days=30)
SIGN_IN = "sign_in"
"""Verb of the audit of a successful sign-in."""


def checked(person: User | None, name: str, check: Callable[[], bool]) -> bool:
    """The result of `check`, which compares a password. `name` is what was typed, `person` whom it belongs to.

    SlowDown when too many have failed; then nothing is checked and nothing is counted.
    """
    attempt = _reserve(person, name)
    try:
        right = check()
    except BaseException:
        _free(attempt, earlier=False)  # no password was refused
        raise
    if right:
        _free(attempt, earlier=True)
    return right


def forget_older() -> int:
    """Delete the attempts that no longer count; returns their number."""
    moment = now()
    old = Q(at__lte=moment - _window()) | Q(at__gt=moment + AHEAD)
    return PasswordAttempt.objects.filter(old).delete()[0]


def _reserve(person: User | None, name: str) -> PasswordAttempt:
    attempt = PasswordAttempt(account=_account(person, name), network=_network(request_context.current().ip))
    _require_room(attempt, person)  # a flood of refused attempts takes no lock
    with transaction.atomic():
        _lock(attempt)
        _require_room(attempt, person)
        attempt.at = now()
        attempt.save()
    return attempt


def _free(attempt: PasswordAttempt, *, earlier: bool) -> None:
    """Delete the reservation; `earlier`: with the failures of this account from this network."""
    same = PasswordAttempt.objects.filter(account=attempt.account, network=attempt.network)
    (same if earlier else same.filter(pk=attempt.pk)).delete()


def _require_room(attempt: PasswordAttempt, person: User | None) -> None:
    moment = now()
    counting = PasswordAttempt.objects.filter(at__gt=moment - _window(), at__lte=moment + AHEAD)
    of_account = counting.filter(account=attempt.account)
    waits = [_until_room(of_account.filter(network=attempt.network), settings.SIGN_IN_FAILURES, moment)]
    if attempt.network:
        of_network = counting.filter(network=attempt.network)
        waits.append(_until_room(of_network, settings.SIGN_IN_NETWORK_FAILURES, moment))
    pause = _pause(of_account, moment)
    if pause > timedelta(0) and not _is_familiar(person, moment):
        waits.append(pause)
    if max(waits) > timedelta(0):
        raise SlowDown(math.ceil(max(waits).total_seconds()))


def _until_room(rows, limit: int, moment: datetime) -> timedelta:
    """Until the oldest of the last `limit` attempts no longer counts."""
    full = list(rows.order_by("-at").values_list("at", flat=True)[limit - 1 : limit])
    return full[0] + _window() - moment if full else timedelta(0)


def _pause(of_account, moment: datetime) -> timedelta:
    """The pause after the last failure of the account: 1 second after SIGN_IN_SLOW_AFTER failures, then 2, 4, 8, …"""
    most = settings.SIGN_IN_SLOW_AFTER + 7
    times = list(of_account.order_by("-at").values_list("at", flat=True)[:most])
    above = len(times) - settings.SIGN_IN_SLOW_AFTER
    return times[0] + min(timedelta(seconds=2**above), LONGEST_PAUSE) - moment if above >= 0 and times else timedelta(0)


def _is_familiar(person: User | None, moment: datetime) -> bool:
    """Whether this person signed in lately from the address of this request."""
    ip = request_context.current().ip
    if person is None or ip is None:
        return False
    entries = SupportActionLog.objects.filter(object_kind="user", object_id=person.pk, verb=SIGN_IN, ip=ip)
    return entries.filter(at__gt=moment - FAMILIAR_FOR).exists()


def _account(person: User | None, name: str) -> str:
    """One key for a person, whatever they typed; for unknown names one each, without regard to capitals."""
    identity = f"user {person.pk}" if person else f"name {name.strip().casefold()}"
    return salted_hmac(
        "support_management.passwords", identity.encode("utf-8", "replace"), algorithm="sha256"
    ).hexdigest()


def _network(ip: str | None) -> str:
    if ip is None:
        return ""
    return ip if ip_address(ip).version == 4 else str(ip_network(f"{ip}/64", strict=False))


def _lock(attempt: PasswordAttempt) -> None:
    """Attempts of the same account or network wait for each other. SQLite has a single writer."""
    if connection.vendor == "sqlite":
        return
    with connection.cursor() as cursor:
        for key in sorted({zlib.crc32(attempt.account.encode()), zlib.crc32(attempt.network.encode())}):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, key - 2**31])


_LOCK = 0x5E_D1
"""First half of the advisory locks; any constant that is unique in the product."""


def _window() -> timedelta:
    return timedelta(minutes=settings.SIGN_IN_MINUTES)
