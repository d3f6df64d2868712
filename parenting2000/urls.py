"""Every address of the product. Closed by default: `LoginRequiredMiddleware` opens none of them."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = "The Data Protection Officer's desk"
admin.site.site_title = "DPO's desk"
admin.site.index_title = "Records and requests"

urlpatterns = [
    path("", include("website.urls")),
    path("sign-in/", include("allauth.account.urls")),
    path("account/", include("accounts.urls")),
    path("casework/", include("cases.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "core.views.bad_request"
handler403 = "core.views.permission_denied"
handler404 = "core.views.page_not_found"
handler500 = "core.views.server_error"
