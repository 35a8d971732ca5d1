"""Search or jump to anything: a page, of which the script shows the hits alone in a dialog."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dashboard import palette, permissions
from dashboard.context import Shell


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    rights = permissions.of_request(request)
    asked = palette.Asked.of(request.GET.get("q", ""), rights=rights, here=Shell(request).environment)
    groups = palette.find(asked)
    template = "dashboard/palette/_options.html" if "fragment" in request.GET else "dashboard/palette/page.html"
    found = sum(len(group.hits) for group in groups)
    return render(request, template, {"asked": asked, "groups": groups, "found": found})
