"""The Django admin as a reading room: everything can be read, nothing can be typed over."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest


class ReadingRoom(admin.ModelAdmin):
    """Shows rows of a model to those with `permission`; no adding, changing or deleting.

    What may be done to a row is a lever that calls a verb (`audit.admin_base`). Django's own list of
    admin changes stays empty: the application role may not even write there.
    """

    # Permission of the role that opens this room, such as "sar.work_requests".
    permission = ""
    list_per_page = 30
    list_max_show_all = 30
    show_full_result_count = False
    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.permission)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return request.user.has_perm(self.permission)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False
