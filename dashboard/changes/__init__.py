"""Changes to the configuration: staged in a draft, pushed as a version, kept for good.

stage(...)    one edit into the author's draft      push(...)      the draft becomes the next version
dismiss(...)  a draft, or one change of it          save(...)      both at once, for one edit; save_all for several
"""

from dashboard.changes.conflicts import Conflict, Difference
from dashboard.changes.descriptions import describe
from dashboard.changes.drafts import Draft, Edit, dismiss, stage
from dashboard.changes.pushes import push, save, save_all

__all__ = ["Conflict", "Difference", "Draft", "Edit", "describe", "dismiss", "push", "save", "save_all", "stage"]
