"""Changes to the configuration: staged in a draft, pushed as a version, kept for good.

stage(...)     one edit into the author's draft, stage_all for several    dismiss(...)  a draft, or one change of it
copy_...(...)  applications or a channel, into one's draft of another environment
foresee(...)   what a push would find in the way                          resolve(...)  one of it: mine, or theirs
submit(...)    asks somebody else to approve(...) a draft                 adopt(...)    the draft of somebody who left
push(...)      the draft becomes the next version                         save_all(...) stages and pushes at once
compare(...)   what differs between two versions                          undo(...)     the inverse into a draft
"""

from dashboard.changes.adopting import adopt, discard
from dashboard.changes.approving import approve, submit, version_of
from dashboard.changes.comparing import compare
from dashboard.changes.conflicts import Conflict, Difference
from dashboard.changes.copying import copy_applications, copy_channel
from dashboard.changes.descriptions import describe
from dashboard.changes.drafts import Draft, Edit
from dashboard.changes.pushes import push, save_all
from dashboard.changes.resolving import dismiss_part, foresee, inside, resolve
from dashboard.changes.staging import dismiss, stage, stage_all
from dashboard.changes.undoing import Undone, plan, undo

__all__ = [
    "Conflict",
    "Difference",
    "Draft",
    "Edit",
    "Undone",
    "adopt",
    "approve",
    "compare",
    "copy_applications",
    "copy_channel",
    "describe",
    "discard",
    "dismiss",
    "dismiss_part",
    "foresee",
    "inside",
    "plan",
    "push",
    "resolve",
    "save_all",
    "stage",
    "stage_all",
    "submit",
    "undo",
    "version_of",
]
