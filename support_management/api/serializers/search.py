"""Output of the search."""

from rest_framework import serializers

from support_management.search.kinds import CHOICES


class FoundResultShape(serializers.Serializer):
    """`number` of a ticket or dispute, reference of an order, e-mail of a person; `url` is its page of the console."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    detail = serializers.CharField()
    url = serializers.CharField()


class FoundGroupShape(serializers.Serializer):
    """The results of a kind. `more`: there are others than the `count` of them here."""

    kind = serializers.ChoiceField(choices=CHOICES, source="kind.name")
    count = serializers.IntegerField()
    more = serializers.BooleanField()
    results = FoundResultShape(many=True)


class FoundShape(serializers.Serializer):
    """`query` is what was looked for; kinds without a result are left out."""

    query = serializers.CharField()
    groups = FoundGroupShape(many=True)
