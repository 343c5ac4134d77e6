"""Websites that were written past the forms."""

from django.core.exceptions import ValidationError

from support_management.core.domain_names import require_domain
from support_management.core.errors import Invalid
from support_management.people.models import Website


def check_written(website_id: int) -> None:
    """Invalid when the domain of the website is none."""
    for domain in Website.objects.filter(pk=website_id).exclude(domain="").values_list("domain", flat=True):
        _check(domain)


def check_all_written() -> None:
    """The same after a bulk write."""
    for domain in Website.objects.exclude(domain="").values_list("domain", flat=True):
        _check(domain)


def _check(domain: str) -> None:
    try:
        require_domain(domain)
    except ValidationError as error:
        raise Invalid("bad_domain", error.messages[0], field="domain") from None
