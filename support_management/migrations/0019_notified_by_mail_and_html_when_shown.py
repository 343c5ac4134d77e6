from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('support_management', '0018_screen_labels'),
    ]

    operations = [
        migrations.AddField(
            model_name='supportnotification',
            name='by_mail',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.RemoveField(
            model_name='ticketmessage',
            name='html',
        ),
    ]
