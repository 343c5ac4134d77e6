"""What the commands print."""

import stat

import pytest
from django.core.management import CommandError, call_command

from support_management.management.demo import logins
from support_management.models import ApiToken, Ticket, User
from support_management.people import api_tokens


@pytest.fixture
def kept(tmp_path, settings):
    """An empty data folder."""
    settings.DATA_DIR, settings.DEMO_PASSWORD = tmp_path, ""
    return tmp_path / "demo_password"


@pytest.mark.django_db
class TestLogins:
    def test_a_generated_password_is_printed_and_kept_for_the_owner_only(self, kept, capsys):
        call_command("load_demo")
        word = kept.read_text().strip()
        assert f"Password: {word}" in capsys.readouterr().out
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert User.objects.get(username="lead").check_password(word)

    def test_the_next_start_prints_them_without_loading(self, kept, capsys):
        call_command("load_demo")
        Ticket.objects.filter(pk=Ticket.objects.first().pk).update(subject="Changed since")
        capsys.readouterr()
        call_command("load_demo", "--logins")
        said = capsys.readouterr().out
        assert "agent1, agent2, lead, admin" in said
        assert kept.read_text().strip() in said
        assert Ticket.objects.filter(subject="Changed since").exists()

    def test_a_password_from_outside_is_used_and_not_kept(self, kept, settings, capsys):
        settings.DEMO_PASSWORD = "given from outside"
        call_command("load_demo")
        assert not kept.exists()
        assert User.objects.get(username="agent1").check_password("given from outside")
        assert "Password: given from outside" in capsys.readouterr().out

    def test_a_password_that_no_longer_fits_is_not_claimed(self, kept, monkeypatch, capsys):
        call_command("load_demo")
        agent = User.objects.get(username="agent1")
        agent.set_password("something of my own")
        agent.save()
        capsys.readouterr()
        call_command("load_demo", "--logins")
        assert "changed since" in capsys.readouterr().out

    def test_without_a_demo_there_is_nothing_to_print(self, kept, ada, capsys):
        call_command("load_demo", "--logins")
        assert capsys.readouterr().out == ""
        assert logins.lines() == []


@pytest.mark.django_db
class TestApiToken:
    def test_the_last_word_opens_the_door(self, ada, capsys):
        call_command("api_token", "ada")
        assert api_tokens.owner(capsys.readouterr().out.split()[-1]) == ada

    def test_earlier_tokens_stay_valid(self, ada, capsys):
        first = api_tokens.issue(user=ada)
        call_command("api_token", "ada")
        assert api_tokens.owner(first) == ada
        assert ApiToken.objects.count() == 2

    def test_an_unknown_name_is_a_sentence(self, db):
        with pytest.raises(CommandError, match="no user called 'nobody'"):
            call_command("api_token", "nobody")

    def test_a_disabled_person_gets_none(self, ada):
        ada.is_active = False
        ada.save()
        with pytest.raises(CommandError, match="deactivated"):
            call_command("api_token", "ada")
        assert not ApiToken.objects.exists()
