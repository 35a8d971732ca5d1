"""What the pages with a form share: sending one stages a change, and a refused form comes back with 422."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboard import changes, counting, drafts, entities, permissions
from dashboard.entities import Kind
from dashboard.forms.base import ConfigurationForm, VerbForm

Properties = dict[str, Any]


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: a POST, even an empty one."""
    return request.POST if request.method == "POST" else None


def staged(
    request: HttpRequest,
    form: ConfigurationForm,
    kind: Kind,
    *,
    environment: str,
    programmer: str,
    key: str | None = None,
    properties: Callable[[], Properties | None] = lambda: None,
) -> bool:
    """Whether the form was sent and is in the draft now: one added (`key` None), changed, or removed (no properties).

    The change is then the form's `change`; None where it is live like this already.
    """
    if request.method != "POST":
        return False
    before = {change.pk: change.after for change in drafts.of_request(request, environment).of_kind(kind)}
    done = form.carries_out(
        lambda: changes.stage(
            environment=environment,
            kind=kind,
            key=key,
            original=form.original,
            properties=properties(),
            programmer=programmer,
            by=permissions.actor(request),
        )
    )
    if done:
        drafts.forget(request)
        mine = drafts.of_request(request, environment)
        new = (each for each in mine.of_kind(kind) if before.get(each.pk, ...) != each.after)
        form.change = mine.of(kind, key) if key else next(new, None)
    return done


def tell(request: HttpRequest, form: ConfigurationForm, words: str) -> None:
    """Say what is in the draft now, or that nothing is."""
    if form.change is None:
        messages.info(request, _("It is live like this already: nothing is left to push."))
    else:
        messages.success(request, words)


def staged_page(form: ConfigurationForm, *, back: str) -> HttpResponse:
    """On to the page of what was just added to the draft, where more is added to it; `back` where it is live again."""
    change = form.change
    if change is None:
        return redirect(back)
    return redirect("draft-change-edit", change.change_set.environment, change.pk)


def points_out(
    request: HttpRequest,
    form: ConfigurationForm,
    kind: Kind,
    *,
    environment: str,
    programmer: str,
    properties: Callable[[], Properties],
) -> list[str]:
    """What is worth a second thought before it is added, such as a redundant subdomain; said once."""
    if request.method != "POST" or "anyway" in request.POST or not form.is_valid():
        return []
    return entities.notes(
        environment=environment,
        programmer=programmer,
        kind=kind,
        properties=properties(),
        beside=drafts.of_request(request, environment).changes,
    )


def came_through(clients: counting.Clients) -> str:
    """How many clients hold a redirect URL that the domain or scheme in hand let in."""
    words = ngettext(
        "%(number)s client registered with a redirect URL of it.",
        "%(number)s clients registered with a redirect URL of it.",
        clients.number,
    )
    return words % {"number": clients} if clients.number else _("No client registered with a redirect URL of it.")


def form_page(
    request: HttpRequest, form: VerbForm, template: str = "dashboard/form.html", **context: Any
) -> HttpResponse:
    return render(
        request,
        template,
        {"form": form, **context},
        status=422 if form.is_bound and "preview" not in request.POST else 200,
    )
