"""The address in the e-mail to an agency: the secret in it is the key."""

from django.urls import path

from consent.views import sending

app_name = "packs"

urlpatterns = [path("<str:secret>/", sending.fetch, name="fetch")]
