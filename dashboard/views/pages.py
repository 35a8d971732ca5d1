"""What the pages with a form share: saving is a push of one change, and a refused form comes back with 422."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from dashboard import changes, entities, permissions
from dashboard.entities import Kind
from dashboard.forms.base import ConfigurationForm, VerbForm

Properties = dict[str, Any]


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: a POST, even an empty one."""
    return request.POST if request.method == "POST" else None


def saved(
    request: HttpRequest,
    form: ConfigurationForm,
    kind: Kind,
    *,
    environment: str,
    programmer: Callable[[], str] | str,
    key: str | None = None,
    properties: Callable[[], Properties | None] = lambda: None,
) -> bool:
    """Whether the form was sent and its change is live: created (`key` None), changed, or removed (no properties)."""
    return request.method == "POST" and form.carries_out(
        lambda: changes.save(
            environment=environment,
            kind=kind,
            key=key,
            original=form.original,
            properties=properties(),
            programmer=programmer if isinstance(programmer, str) else programmer(),
            description=form.cleaned_data["description"],
            by=permissions.actor(request),
        )
    )


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
    return entities.notes(environment=environment, programmer=programmer, kind=kind, properties=properties())


def form_page(
    request: HttpRequest, form: VerbForm, template: str = "dashboard/form.html", **context: Any
) -> HttpResponse:
    return render(
        request,
        template,
        {"form": form, **context},
        status=422 if form.is_bound and "preview" not in request.POST else 200,
    )
