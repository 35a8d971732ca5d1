from typing import Any

from django.db import migrations

# Counts the clients that a scheme or domain let in (docs/decisions/0011): 13 ms for each of a million clients'
# domains instead of 200, at a few bytes and no measurable time a registration, since waiting entries are
# merged in batches. SQLite has no such index, and counts the clients of one programmer instead.
MAKE = """
CREATE INDEX client_by_redirect ON registration_client USING gin (redirect_matches jsonb_path_ops)
  WITH (fastupdate = on, gin_pending_list_limit = 256)
"""


def on_postgresql(sql: str) -> Any:
    def run(_: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql)

    return run


class Migration(migrations.Migration):

    dependencies = [
        ('registration', '0004_certificates_and_analytics'),
    ]

    operations = [
        migrations.RunPython(on_postgresql(MAKE), on_postgresql("DROP INDEX client_by_redirect")),
    ]
