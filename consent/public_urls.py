"""The privacy notice as everybody may read it; wired at the site's own address for it."""

from django.urls import path

from consent.models import Readers
from consent.views import notices

app_name = "notices"

urlpatterns = [
    path("", notices.public, name="current"),
    path("children/", notices.public, {"readers": Readers.CHILDREN.value}, name="children"),
    path("<slug:readers>/<int:number>/", notices.version, name="version"),
]
