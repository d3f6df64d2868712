"""Every address of the product. Closed by default: `LoginRequiredMiddleware` opens none of them."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from core.privacy import OUR_APPS
from core.views import closed

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
# The admin shows our own desks only: tables of libraries have pages that change rows without a verb.
admin.site.unregister(
    [model for model in admin.site._registry if model._meta.app_label not in OUR_APPS]
)
# Its state would be kept in the browser; the desks are few enough for the first page.
admin.site.enable_nav_sidebar = False
admin.site.site_header = "Desk"
admin.site.site_title = "Desk"
admin.site.index_title = "Records and requests"

urlpatterns = [
    # Before the site, whose own page at this address is the draft until a notice is adopted.
    path("privacy/", include("consent.public_urls")),
    path("pack/", include("consent.link_urls")),
    path("", include("website.urls")),
    path("ask/", include("sar.public.urls")),
    path("sign-in/", include("parenting2000.sign_in")),
    path("account/", include("accounts.urls")),
    path("", include("api.urls")),
    path("casework/", include("cases.urls")),
    path("requests/", include("sar.urls")),
    path("casework/", include("assessments.urls")),
    path("imports/", include("imports.urls")),
    path("casework/", include("consent.urls")),
    path("casework/", include("letters.urls")),
    path("casework/", include("diary.urls")),
    path("safeguarding/", include("safeguarding.urls")),
    path("casework/", include("funding.urls")),
    path("planning/", include("planning.urls")),
    path("log/", include("audit.urls")),
    path("retention/", include("retention.urls")),
    path("core/", include("core.urls")),
    path("admin/autocomplete/", closed),
    path("admin/", admin.site.urls),
]

handler400 = "core.views.bad_request"
handler403 = "core.views.permission_denied"
handler404 = "core.views.page_not_found"
handler500 = "core.views.server_error"
