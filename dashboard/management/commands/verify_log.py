from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from dashboard.changes import evidence
from dashboard.management.operator import OperatorCommand
from oauth import chain, checkpoints
from oauth.audit import Actor
from oauth.chain import Finding, Walk
from oauth.environments import Environment

NAMED_MOST = 100


class Command(OperatorCommand):
    help = "Look for entries of the audit log that were changed, removed, inserted or put in another order. Reads only."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--environment", choices=Environment.values, help="only there; else everywhere")
        parser.add_argument("--checkpoint", type=Path, metavar="FILE", help="what the page Audit log gave an admin")

    def act(self, by: Actor, **options: Any) -> str:
        wanted = options["environment"]
        expected = self._expected(options["checkpoint"], wanted)
        found = 0
        for environment in [wanted] if wanted else sorted({*chain.places(), *expected}):
            walk = Walk(environment, expected.get(environment))
            for finding in _findings(walk):
                found += 1
                if found <= NAMED_MOST:
                    self.stdout.write(str(finding))
            head = f"head {walk.n} {walk.hash}" if walk.n else "empty"
            self.stdout.write(f"{environment or 'everywhere'}: {walk.rows:,} entries, {head}")
        if found:
            named = f"; the first {NAMED_MOST} are named" if found > NAMED_MOST else ""
            raise CommandError(f"The log is not as it was written: {found:,} findings{named}.")
        return "The log is as it was written."

    def _expected(self, file: Path | None, wanted: str | None) -> dict[str, dict[int, str]]:
        if file is None:
            return {}
        try:
            text = file.read_text()
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} cannot be read: {error}.") from None
        checkpoint = checkpoints.read(text)
        if wanted and wanted not in checkpoint.heads:
            raise CommandError(f"The checkpoint is of {checkpoint.environment}: it tells nothing of {wanted}.")
        made = f"{checkpoint.made_at:%Y-%m-%d %H:%M} UTC"
        self.stdout.write(
            f"The checkpoint of {checkpoint.environment}, {made}, is signed with its key {checkpoint.kid}."
        )
        return {environment: {n: known} for environment, (n, known) in checkpoint.heads.items() if n}


def _findings(walk: Walk) -> Iterator[Finding]:
    pushes = evidence.Check(walk.environment)
    for entries, findings in walk.batches():
        yield from findings
        yield from pushes.findings(entries)
    yield from pushes.left()
