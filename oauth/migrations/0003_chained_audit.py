from itertools import islice

from django.db import migrations, models

from oauth import chain

AT_ONCE = 2000


def chain_what_is_there(apps, schema_editor):
    """Entries from before the chain are chained as they are now: it proves nothing of the time before."""
    entries, tails = apps.get_model("oauth", "AuditEntry"), apps.get_model("oauth", "Tail")
    for tail in tails.objects.all():
        rows = entries.objects.filter(environment=tail.environment).order_by("n").iterator(AT_ONCE)
        while batch := list(islice(rows, AT_ONCE)):
            for entry in batch:
                entry.previous_hash = tail.audit_hash
                entry.hash = tail.audit_hash = chain.hash_of(entry)
            entries.objects.bulk_update(batch, ["previous_hash", "hash"], batch_size=100)
        tail.save(update_fields=["audit_hash"])


class Migration(migrations.Migration):

    dependencies = [
        ('oauth', '0002_revocation_feed'),
    ]

    operations = [
        migrations.AddField(
            model_name='tail',
            name='audit_hash',
            field=models.CharField(blank=True, db_default='', default='', max_length=64),
        ),
        migrations.AlterField(
            model_name='auditentry',
            name='at',
            field=models.DateTimeField(),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='previous_hash',
            field=models.CharField(blank=True, default='', help_text='Of entry n - 1; empty for the first', max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='auditentry',
            name='hash',
            field=models.CharField(default='', help_text='SHA-256 of all of the above (oauth/chain.py)', max_length=64),
            preserve_default=False,
        ),
        migrations.RunPython(chain_what_is_there, migrations.RunPython.noop),
    ]
