"""The Data Protection Officer's desk for rights: a module for each noun, all taken in here."""

from sar.admin import complaints, requests, rights

__all__ = ["complaints", "requests", "rights"]
