"""The demo world, loaded once and never over what a user changed: five fictional programmers and their applications.

Every row goes through a push, so that it has its change sets and versions, as everybody's rows have.
"""

from dashboard.demo.people import seed_people
from dashboard.demo.seeding import seed_programmer
from dashboard.demo.world import PROGRAMMERS, large

__all__ = ["PROGRAMMERS", "large", "seed_people", "seed_programmer"]
