from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("", views.account, name="account"),
    path("two-step-picture/", views.two_step_picture, name="two-step-picture"),
    path("undertaking/", views.undertaking, name="undertaking"),
    path("deputies/", views.deputies, name="deputies"),
    path("deputies/end/", views.deputy_end, name="deputy-end"),
    path("notices/read/", views.notices_read, name="notices-read"),
]
