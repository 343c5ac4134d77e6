"""Rows of a desk from before tags were folded, and from before labels had no comma."""

from support_management.models import SLAPolicy, Tag, Ticket
from tests.upgrade.old_desk import Past


class Labels:
    """Four tickets with these tags."""

    def __init__(self, past: Past, labels: tuple[str, ...], by_ticket: tuple[list[str], ...]):
        self.past, self.policy = past, 0
        self.keys = {name: past.objects("Tag").create(name=name).pk for name in labels}
        self.tickets = [self._ticket(names) for names in by_ticket]

    def _ticket(self, names: list[str]) -> int:
        ticket = self.past.objects("Ticket").create(
            number=f"T-{self.past.objects('Ticket').count() + 1}",
            subject="Where is my order?",
            requester=self.past.person("cleo", "client", segment="gold,card"),
            website=self.past.website(),
            type=self.past.kind(),
        )
        tagged = self.past.models.get_model("support_management", "Ticket").tags.through.objects
        for name in names:
            tagged.create(ticket_id=ticket.pk, tag_id=self.keys[name])
        return ticket.pk

    def tags(self) -> set[tuple[int, str, str]]:
        return set(Tag.objects.filter(pk__in=self.keys.values()).values_list("pk", "name", "folded"))

    def labels(self) -> list[list[str]]:
        return [sorted(Ticket.objects.get(pk=pk).tag_list) for pk in self.tickets]

    def conditions(self) -> dict:
        return SLAPolicy.objects.get(pk=self.policy).conditions


class Spellings(Labels):
    """One word in several spellings, each a tag of its own."""

    def __init__(self, past: Past):
        labels = ("VIP", "late", "vip", "Vip", "été", "ÉTÉ")
        super().__init__(past, labels, (["VIP", "vip"], ["vip", "Vip", "ÉTÉ"], ["Vip", "late"], ["late"]))
        self.policy = past.policy("Spelled", 0, {"tag": "Vip"}).pk
        past.objects("EscalationRule").create(name="Spelled", tag="vip", escalate=True)
        past.person("lea", "lead")


class Commas(Labels):
    """Commas in labels, and addresses that are no domains."""

    DOMAINS = ("https://North.example/a?b", "not a domain !!", "shop.example:8080", "bücher.example", "")

    def __init__(self, past: Past):
        labels = ("gold card", "gold,card", "a , b", ",")
        super().__init__(past, labels, (["gold,card", ","], ["gold card", "gold,card"], ["a , b"], []))
        conditions = {"tag": ["gold,card", "x"], "segment": "a,b", "word": "a, b"}
        self.policy = past.policy("Divided", 1, conditions).pk
        past.objects("EscalationRule").create(name="Divided", tag="a,b", escalate=True)
        for number, domain in enumerate(self.DOMAINS):
            past.objects("Website").create(name=f"Site {number}", domain=domain)
