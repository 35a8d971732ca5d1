from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dashboard", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="invited_by_key",
            field=models.CharField(
                default="", max_length=200, help_text="Asked again when it is accepted: may they still?"
            ),
            preserve_default=False,
        ),
    ]
