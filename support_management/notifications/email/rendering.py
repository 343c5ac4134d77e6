"""Composition of a mail: headers, plain text and HTML. The HTML loads no external resources."""

import re
from email.utils import parseaddr
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from support_management.core.kept_timestamps import localised
from support_management.core.time import zone
from support_management.notifications.kinds import KINDS
from support_management.notifications.models import MailDuty

SUBJECT_LIMIT = 150
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff]+")
"""Line breaks, which could start a header, and characters that change the text direction."""


def address_of(duty: MailDuty) -> str:
    """The current address of the recipient; empty when the account is inactive or not on the team."""
    person = duty.person
    if person is None:
        return duty.address
    return person.email if person.is_active and person.is_desk else ""


def message(duty: MailDuty, to: str) -> EmailMultiAlternatives:
    """The mail, with the same Message-ID each time. ValueError for an address that is not valid in a header.

    Its times are on the reader's clock; for an address outside the team on that of the reports.
    """
    clock = zone(duty.person.time_zone if duty.person else settings.TIME_ZONE)
    context = {
        "duty": duty,
        "facts": duty.facts,
        "subject": _without_controls(localised(duty.subject, clock)),
        "items": [_item(item, clock) for item in duty.facts.get("items", ())],
        "why": KINDS[duty.kind].name if duty.kind in KINDS else "",
        "preferences": _public_url(reverse("notice-preferences")) if duty.person_id else "",
        "notifications": _public_url(reverse("notifications")) if duty.person_id else "",
        "home": settings.PUBLIC_URL,
    }
    mail = EmailMultiAlternatives(
        subject=one_line(context["subject"]),
        body=render_to_string(f"email/{duty.template}.txt", context),
        from_email=settings.MAIL_FROM,
        to=[to],
        reply_to=[settings.MAIL_REPLY_TO],
        headers=_headers(duty, context["preferences"]),
    )
    mail.attach_alternative(render_to_string(f"email/{duty.template}.html", context), "text/html")
    return mail


def one_line(text: str) -> str:
    """A subject: one line of up to SUBJECT_LIMIT characters without direction marks."""
    line = _without_controls(text)
    return line if len(line) <= SUBJECT_LIMIT else line[: SUBJECT_LIMIT - 1] + "…"


def _without_controls(text: str) -> str:
    return " ".join(_UNSAFE.sub(" ", text).split())


def _item(item: dict, clock: ZoneInfo) -> dict:
    return {"text": _without_controls(localised(item["text"], clock)), "address": _public_url(item.get("link", ""))}


def host() -> str:
    """The host name in Message-ID and List-Id: that of the sender's address."""
    return parseaddr(settings.MAIL_FROM)[1].rpartition("@")[2] or "localhost"


def message_id(duty: MailDuty) -> str:
    return f"<notice.{duty.message_key}@{host()}>"


def _headers(duty: MailDuty, preferences: str) -> dict[str, str]:
    headers = {
        "Message-ID": message_id(duty),
        "List-Id": f"Support Console notifications <notices.{host()}>",
        "Auto-Submitted": "auto-generated",  # suppresses out-of-office replies
        "X-Auto-Response-Suppress": "All",
    }
    if preferences:
        headers["List-Unsubscribe"] = f"<{preferences}>"
    if duty.about_kind:
        headers["References"] = f"<{duty.about_kind}.{duty.about_id}@{host()}>"  # one thread per piece of work
    return headers


def _public_url(path: str) -> str:
    """The public URL of a path; empty for anything but a path on this host."""
    if not path.startswith("/") or path.startswith("//"):
        return ""
    base = urlsplit(settings.PUBLIC_URL)
    return f"{base.scheme}://{base.netloc}{path}"
