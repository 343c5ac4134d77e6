"""The naive way: a Channels consumer per socket, each a member of one group. Frozen: it is a yardstick.

Served by daphne as `bench.yardsticks.naive:application`; REDIS_URL says where the layer is.
"""

import os

import django
from django.conf import settings

LAYER = {
    "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
    "CONFIG": {"hosts": [{"address": os.environ["REDIS_URL"]}], "prefix": "naive"},
}
settings.configure(
    SECRET_KEY="a yardstick has no secrets",
    INSTALLED_APPS=["channels"],
    CHANNEL_LAYERS={"default": LAYER},
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
)
django.setup()

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402  (needs the settings)


class Naive(AsyncWebsocketConsumer):
    async def connect(self):
        await self.channel_layer.group_add("all", self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard("all", self.channel_name)

    async def bench_text(self, event):
        await self.send(text_data=event["text"])


application = Naive.as_asgi()
