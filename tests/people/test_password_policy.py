"""Passwords that are long and weak all the same."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from support_management.people.models import Website

WEAK = [
    "            ",
    "\u3000" * 12,
    "\u200b\u3164\u2800\u2060" * 4,
    "8405927163",
    "84 05 92 71 63",
    "8405-9271-63",
    "٨٤٠٥٩٢٧١٦٣",
    "!!!!!!!!!!!!",
    "abababababab",
    "SupportConsole",
    "support-console-2026!",
    "\uff33\uff55\uff50\uff50\uff4f\uff52\uff54Console1",
    "Quillcraft2026",
    "quillcraft.example",
    "www.Quillcraft.example1",
    "Ada Agent 2026",
]
GOOD = ["a long enough sentence", "4#9!$%-2)(", "Quillcraft is where my horse lives", "правильная лошадь"]


@pytest.fixture
def site(db):
    return Website.objects.create(name="Quillcraft", domain="quillcraft.example")


@pytest.mark.parametrize("password", WEAK)
def test_a_weak_one_is_refused(site, ada, password):
    with pytest.raises(ValidationError):
        validate_password(password, ada)


@pytest.mark.parametrize("password", GOOD)
def test_a_good_one_is_taken(site, ada, password):
    validate_password(password, ada)


@pytest.mark.parametrize("password", ["ΐ" * 200 + "x", "a" + "\u0315\u0327" * 500])
def test_odd_signs_are_looked_at_quickly(site, ada, password):
    with pytest.raises(ValidationError):
        validate_password(password, ada)
