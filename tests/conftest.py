"""The cast, and what every test stands on. `alice` edits aurora, `victor` reads it, `tom` is its TAM, `ada` is the admin,
`charlie` edits another programmer, and `nina` is nobody's member.
"""

import os

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command

settings.DATABASES["default"].setdefault("TEST", {})
if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
    settings.DATABASES["default"]["TEST"]["NAME"] = f"test_tve_{os.getpid()}"
