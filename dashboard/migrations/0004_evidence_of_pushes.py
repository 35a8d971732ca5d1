from django.db import migrations

from dashboard.changes import evidence


def tell_of_pushes(apps, schema_editor):
    """The entries of pushes from before are given what they now keep of a version, before the log is chained."""
    sets, entries = apps.get_model("dashboard", "ChangeSet"), apps.get_model("oauth", "AuditEntry")
    pushed = sets.objects.filter(state="pushed").select_related("undoes")
    for row in pushed.order_by("pk").iterator():
        found = entries.objects.filter(environment=row.environment, kind="change_set", key=str(row.uuid))
        found.filter(event=evidence.EVENT).update(data=evidence.of(row, row.changes.all()))


class Migration(migrations.Migration):

    dependencies = [
        ('dashboard', '0003_review_and_push'),
        ('oauth', '0002_revocation_feed'),
    ]

    run_before = [('oauth', '0003_chained_audit')]

    operations = [migrations.RunPython(tell_of_pushes, migrations.RunPython.noop)]
