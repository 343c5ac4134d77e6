"""Rules about people: how they are found and addressed. Each failure says what to do instead."""

import re

from tests.architecture.test_house_rules import OURS, ROOT, assets, found

RAW_LOOKUP = r"\b(filter|get|exclude|get_or_create|aget)\([^)]*\b(username|email)(__i?exact)?="
BY_NAME = re.compile(r"""\{% url [^%]*\busername\b|reverse\([^)]*\busername\b|<(str|slug|path):username>""")


def test_people_are_found_by_the_form_of_their_name_and_address():
    manager = ("support_management/people/user_manager.py",)
    places = found(RAW_LOOKUP, *OURS, but=manager)
    assert places == [], "Find people with named(), with_email() or who_signs_in() of User.objects."
    assert re.search(RAW_LOOKUP, "User.objects.filter(is_active=True, username=name)")
    assert not re.search(RAW_LOOKUP, 'User.objects.filter(pk=pk).update(email="")')


def test_pages_of_people_are_addressed_by_key():
    templates = [
        str(file.relative_to(ROOT)) for file in assets("templates", ".html") if BY_NAME.search(file.read_text())
    ]
    places = templates + found(BY_NAME.pattern, "console", "support_management")
    assert places == [], "Address a person by key: a user name can change, and stands in no address."
    assert BY_NAME.search('path("people/<str:username>/", page)')
    assert BY_NAME.search("{% url 'availability-of' person.username %}")
