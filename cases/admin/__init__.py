"""Desks of the client record in the admin: settings of services, and what is restricted."""

from cases.admin.restrictions import RestrictionDesk
from cases.admin.services import MemberDesk, ServiceDesk

__all__ = ["MemberDesk", "RestrictionDesk", "ServiceDesk"]
