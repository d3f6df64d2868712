from django.apps import AppConfig


class FundingConfig(AppConfig):
    """Who pays for the work: funders, their contracts, and what is counted for them (features.md P43)."""

    name = "funding"
    verbose_name = "Funding"
