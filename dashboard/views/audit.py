from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dashboard import history, lists, permissions
from dashboard.context import Shell
from dashboard.models import Role
from oauth import checkpoints
from oauth.environments import Environment


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Everything that was done, by whom and through which door, in all environments that one may enter."""
    rights = permissions.of_request(request)
    found = history.audit_entries(rights)
    where, event = request.GET.get("environment", ""), request.GET.get("event", "")
    asked = request.GET.get("q", "").replace("\0", "").strip()[:200]
    if where in Environment.values:
        found = found.filter(environment=where)
    if event in history.EVENTS:
        found = found.filter(event__startswith=f"{event}:")
    for term in asked.split()[:8]:
        found = found.filter(history.entry_mentions(term))
    context = {
        "page": lists.page_of(found, request.GET.get("page", "1")),
        "asked": asked,
        "where": where,
        "event": event,
        "environments": rights.environments,
        "events": history.EVENTS,
        "administered": [each for each in rights.environments if rights.everywhere(Role.ADMIN, each)],
    }
    return render(request, "dashboard/audit.html", context)


@require_GET
def checkpoint(request: HttpRequest) -> HttpResponse:
    """How far the log reaches now, signed, for an admin to keep elsewhere and give to `verify_log --checkpoint`."""
    environment = request.GET.get("environment") or (Shell(request).environment or "")
    permissions.administer(request, str(environment))
    headers = {"Content-Disposition": f'attachment; filename="audit-checkpoint_{environment}.jwt.txt"'}
    text = checkpoints.issue(str(environment))
    return HttpResponse(text, content_type="text/plain", headers={**headers, "Cache-Control": "no-store"})
