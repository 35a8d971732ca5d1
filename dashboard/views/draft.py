"""My draft: reviewed on one page, pushed programmer by programmer, dismissed, and its conflicts resolved."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from dashboard import changes, drafts, permissions, reviews
from dashboard.changes import values
from dashboard.crumbs import Crumb
from dashboard.forms.base import VerbForm
from dashboard.forms.configuration import PushForm
from dashboard.forms.drafts import DismissForm, ResolveForm
from dashboard.models import Change, ChangeSet, Role
from dashboard.reviews import Group
from dashboard.views.pages import form_page, sent
from oauth.audit import Actor
from oauth.problems import Invalid
from registration.text import fold

_SHOWN_MOST = 20


@require_GET
def review(request: HttpRequest, environment: str) -> HttpResponse:
    """Everything in my draft, and who else has one."""
    rights = permissions.enter(request, environment)
    mine = drafts.of_request(request, environment)
    found = reviews.groups(mine.changes, environment=environment, rights=rights)
    listed = [(group, _push_form(group, number)) for number, group in enumerate(found)]
    others = drafts.open_to(request, environment)
    return form_page(request, VerbForm(), "dashboard/draft/review.html", groups=listed, others=others)


@require_http_methods(["GET", "POST"])
def push(request: HttpRequest, environment: str, pid: str) -> HttpResponse:
    form = PushForm(sent(request), auto_id="push-0-%s")
    if form.is_valid() and (gone := _gone(request, environment, form.parsed["draft"])):
        return gone
    mine, by = _mine(request, environment, pid), permissions.actor(request)

    def verb() -> ChangeSet:
        try:
            said, seen = form.parsed["description"], form.parsed["seen"]
            return changes.push(mine[0].change_set, description=said, seen=seen, by=by)
        except changes.Conflict as conflict:
            if conflict.differences:  # each is told where it is
                raise Invalid({"": [_("Nothing was pushed. What is in the way is marked below.")]}) from None
            raise

    if request.method == "POST" and form.carries_out(verb):
        pushed = form.outcome
        messages.success(request, _("Version %s is live.") % pushed.version)
        return redirect("version", environment, pushed.programmer, pushed.version)
    rights, page = permissions.of_request(request), request.GET.get("page", "1")
    (group,) = reviews.groups(mine, environment=environment, rights=rights, page=page)
    form.initial["description"] = group.description
    return _page(request, environment, "dashboard/draft/review.html", form, groups=[(group, form)], only=group)


@require_http_methods(["GET", "POST"])
def submit(request: HttpRequest, environment: str, pid: str) -> HttpResponse:
    """Ask somebody else to approve it as it is now."""
    mine, form = _mine(request, environment, pid), VerbForm(sent(request))
    name = reviews.name_of(environment, mine, permissions.of_request(request))
    verb = partial(changes.submit, mine[0].change_set, by=permissions.actor(request))
    if request.method == "POST" and form.carries_out(verb):
        messages.success(request, _("You asked for approval of this draft. Whoever may push it can approve it."))
        return redirect("draft", environment)
    return _page(
        request,
        environment,
        "dashboard/form.html",
        form,
        heading=_("Ask for approval of your draft of %s?") % name,
        lead=_("Whoever may push all of it can approve it as it is now. What you or others change then makes it void."),
        submit=_("Ask for approval"),
        back=reverse("draft", args=[environment]),
    )


@require_http_methods(["GET", "POST"])
def dismiss(request: HttpRequest, environment: str, pid: str) -> HttpResponse:
    mine = _mine(request, environment, pid)
    name = reviews.name_of(environment, mine, permissions.of_request(request))
    return _dismiss(request, environment, mine, _("Dismiss your draft of %s?") % name)


@require_http_methods(["GET", "POST"])
def dismiss_all(request: HttpRequest, environment: str) -> HttpResponse:
    permissions.enter(request, environment)
    found = drafts.of_request(request, environment).changes
    if not found:
        raise Http404
    return _dismiss(request, environment, found, _("Dismiss all of your draft?"))


@require_http_methods(["GET", "POST"])
def dismiss_change(request: HttpRequest, environment: str, number: int) -> HttpResponse:
    """All of one change, or one property of it."""
    change = drafts.change(request, environment, number)
    lines = reviews.lines_of(change)
    words = {name: f"{each[0].label}" for name, each in lines.items() if each}
    form = DismissForm(sent(request), parts=words)

    def verb() -> None:
        what, by = form.parsed.get("what", ""), permissions.actor(request)
        if what:
            changes.dismiss_part(change, what, by=by)
        else:
            changes.dismiss(change, by=by)

    if request.method == "POST" and form.carries_out(verb):
        messages.success(request, _("Dismissed. What is live stays as it is."))
        return redirect("draft", environment)
    return _page(
        request,
        environment,
        "dashboard/draft/dismiss.html",
        form,
        heading=_("Dismiss your change of %s?") % change.called,
        entry=reviews.entry(change, permissions.of_request(request)),
        inside=[f"{values.kind_label(each.kind)} · {each.called}" for each in changes.inside(change)],
        back=reverse("draft", args=[environment]),
    )


@require_http_methods(["GET", "POST"])
def resolve(request: HttpRequest, environment: str, number: int) -> HttpResponse:
    """What a conflict is about, side by side, and which value stays."""
    change = drafts.change(request, environment, number, needs=Role.EDITOR)
    form, by = ResolveForm(sent(request)), permissions.actor(request)
    if request.method == "POST" and form.carries_out(lambda: _resolve(change, form, by)):
        return _resolved(request, environment, change, goes_on=form.cleaned_data["keep"] == "edit")
    now = Change.objects.select_related("change_set").filter(pk=change.pk).first()
    if now is None:
        raise Http404
    return _page(
        request,
        environment,
        "dashboard/draft/resolve.html",
        form,
        entry=reviews.disputed(now, permissions.of_request(request)),
        heading=_("Conflicts of %s") % change.called,
        back=reverse("draft", args=[environment]),
    )


def _resolve(change: Change, form: ResolveForm, by: Actor) -> None:
    keep, what = form.cleaned_data["keep"], form.cleaned_data["property"]
    try:
        changes.resolve(change, what, keep="theirs" if keep == "theirs" else "mine", by=by)
    except Invalid:
        if keep != "edit":  # what cannot stay as it is, is edited
            raise


def _resolved(request: HttpRequest, environment: str, change: Change, *, goes_on: bool) -> HttpResponse:
    """On to the form of what is left of the change, or back to the review."""
    drafts.forget(request)
    left = drafts.of_request(request, environment).of(change.kind, change.key)
    if goes_on and left is not None:
        return redirect("draft-change-edit", environment, left.pk)
    messages.success(request, _("Resolved."))
    return redirect("draft", environment)


def _mine(request: HttpRequest, environment: str, pid: str) -> list[Change]:
    """My draft for one programmer; 404 where I have none."""
    permissions.enter(request, environment)
    found = [each for each in drafts.of_request(request, environment).changes if each.programmer == fold(pid)]
    if not found:
        raise Http404
    return found


def _gone(request: HttpRequest, environment: str, draft: UUID | None) -> HttpResponse | None:
    """What becomes of a push of what I have pushed or dismissed meanwhile: sent twice, or from another window."""
    mine = {"environment": environment, "author_key": permissions.actor(request).key}
    found = ChangeSet.objects.filter(uuid=draft, **mine).first() if draft else None
    if draft is None or (found and found.state == ChangeSet.State.DRAFT):
        return None
    if found is None or not permissions.enter(request, environment).role(environment, found.programmer):
        messages.error(request, _("This draft is gone: it was pushed or dismissed."))
        return redirect("draft", environment)
    messages.info(request, _("This was pushed already: it is version %s.") % found.version)
    return redirect("version", environment, found.programmer, found.version)


def _push_form(group: Group, number: int) -> PushForm:
    """Several stand on one page: each has ids of its own."""
    return PushForm(initial={"description": group.description}, auto_id=f"push-{number}-%s")


def _dismiss(request: HttpRequest, environment: str, found: list[Change], heading: str) -> HttpResponse:
    form, by = VerbForm(sent(request)), permissions.actor(request)

    def verb() -> None:
        sets = {change.change_set_id: change.change_set for change in found}
        for _pk, change_set in sorted(sets.items()):
            changes.dismiss(change_set, by=by)

    if request.method == "POST" and form.carries_out(verb):
        messages.success(request, _("Your draft is dismissed. What is live stays as it is."))
        return redirect("draft", environment)
    number = len(found)
    words = ngettext("%d change is thrown away, for good.", "%d changes are thrown away, for good.", number) % number
    return _page(
        request,
        environment,
        "dashboard/form.html",
        form,
        heading=heading,
        lead=words,
        bullets=[("x", f"{values.kind_label(each.kind)} · {each.called}") for each in found[:_SHOWN_MOST]],
        submit=_("Dismiss changes"),
        keep=_("Keep my draft"),
        danger=True,
        back=reverse("draft", args=[environment]),
    )


def _page(request: HttpRequest, environment: str, template: str, form: VerbForm, **context: Any) -> HttpResponse:
    """A page below the review."""
    trail = [Crumb(_("Review and push"), reverse("draft", args=[environment]))]
    return form_page(request, form, template, crumbs=trail, **context)
