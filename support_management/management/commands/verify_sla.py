"""Rebuild every clock from its history and compare it with the stored row."""

from itertools import islice

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from support_management.sla.models import OrderDisputeSLA
from support_management.sla.repair import verify

SHOWN = 50


class Command(BaseCommand):
    help = "Rebuild every SLA clock from its history; differences are printed and are an error."

    def handle(self, *args, **options):
        with transaction.atomic():
            differences = list(islice(verify.differences(), SHOWN))
            number = OrderDisputeSLA.objects.count()
        for difference in differences:
            self.stderr.write(str(difference))
        if differences:
            raise CommandError(f"Clocks differ from their history ({len(differences)} differences shown).")
        self.stdout.write(f"{number} clocks agree with their history.")
