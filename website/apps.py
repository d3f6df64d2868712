from django.apps import AppConfig


class WebsiteConfig(AppConfig):
    """The public site. It opens no record: it may import `core` and nothing else of ours."""

    name = "website"
