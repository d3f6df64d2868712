"""Addresses of the interface for programs, and of the pages about it.

A program brings a token, so its addresses ask nobody to sign in; each checks the token itself.
"""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from api import views
from api.v1 import api

app_name = "api"

# Without the library's own first page, which would lead to a page that is not there.
routes: list[Any] = [route for route in api.urls[0] if getattr(route, "name", "") != "api-root"]
for route in routes:
    route.callback = login_not_required(route.callback)

urlpatterns = [
    path("account/tokens/", views.tokens, name="tokens"),
    path("account/tokens/<str:prefix>/revoke/", views.token_revoke, name="token-revoke"),
    path("api/", views.documentation, name="documentation"),
    path("api/openapi.json", views.openapi, name="openapi"),
    path("api/v1/", include((routes, "v1"), namespace="v1")),
]
