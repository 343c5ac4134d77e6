"""A method that an address does not take is answered by a page with a way back, not by an empty one."""

from django.urls import Resolver404, resolve

from console.views import errors


def method_pages(get_response):
    """Around every request that a person may have sent."""

    def middleware(request):
        response = get_response(request)
        if response.status_code != 405 or response.content or request.path.startswith("/api/"):
            return response
        page = errors.not_allowed(request, way=_page_above(request.path))
        page.headers["Allow"] = response.headers["Allow"]
        return page

    return middleware


def _page_above(path: str) -> str:
    """The nearest page to which the address belongs: of /tickets/T-1/reply/ the ticket's."""
    while path.count("/") > 1:
        path = path.rstrip("/").rpartition("/")[0] + "/"
        try:
            resolve(path)
        except Resolver404:
            continue
        return path
    return "/"
