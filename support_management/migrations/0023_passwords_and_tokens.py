"""Attempts at passwords, in a table that all processes share; name, end and last use of API tokens."""

from django.db import migrations, models

import support_management.core.time


class Migration(migrations.Migration):
    dependencies = [("support_management", "0022_labels_domains_and_kept_history")]

    operations = [
        migrations.CreateModel(
            name="PasswordAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account", models.CharField(max_length=64)),
                ("network", models.CharField(max_length=43)),
                ("at", models.DateTimeField(default=support_management.core.time.now)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account", "at"], name="attempts_of_account"),
                    models.Index(fields=["network", "at"], name="attempts_from_network"),
                    models.Index(fields=["at"], name="attempt_age"),
                ],
            },
        ),
        migrations.AddField(
            model_name="apitoken",
            name="name",
            field=models.CharField(blank=True, default="", help_text="What the token is for.", max_length=60),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="apitoken", name="expires_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            model_name="apitoken", name="last_used_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            model_name="apitoken",
            name="last_used_ip",
            field=models.GenericIPAddressField(blank=True, null=True, verbose_name="last used from"),
        ),
    ]
