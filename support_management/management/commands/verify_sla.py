"""Make every clock anew from its history and hold it against the stored row."""

from itertools import islice

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from support_management.sla.models import OrderDisputeSLA
from support_management.sla.repair import verify

SHOWN = 50


class Command(BaseCommand):
    help = "Rebuild every SLA clock from its history; differences are told and end with an error."

    def handle(self, *args, **options):
        with transaction.atomic():
            found = list(islice(verify.differences(), SHOWN))
            number = OrderDisputeSLA.objects.count()
        for difference in found:
            self.stderr.write(str(difference))
        if found:
            raise CommandError(f"Clocks differ from their history ({len(found)} differences shown).")
        self.stdout.write(f"{number} clocks, each as its history says.")
