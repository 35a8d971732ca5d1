"""The demo's people, each made once: whoever exists keeps password and roles."""

from django.conf import settings
from django.contrib.auth.models import User

from dashboard import people
from dashboard.demo.seeding import BY
from dashboard.models import Role
from dashboard.permissions import Grant

PEOPLE = (
    ("viewer@demo.example", "Vera Lind", Grant("aurora", Role.VIEWER, "")),
    ("editor@demo.example", "Maya Ortiz", Grant("aurora", Role.EDITOR, "")),
    ("tam@demo.example", "Tom Abara", Grant("", Role.TAM, "")),
    ("admin@demo.example", "Ada Holm", Grant("", Role.ADMIN, "")),
)


def seed_people() -> None:
    for email, name, grant in PEOPLE:
        if not User.objects.filter(email=email).exists():
            people.create_person(email=email, name=name, memberships=[grant], password=settings.DEMO_PASSWORD, by=BY)
