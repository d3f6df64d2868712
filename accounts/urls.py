from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("", views.account, name="account"),
    path("undertaking/", views.undertaking, name="undertaking"),
    path("two-step-picture/", views.two_step_picture, name="two-step-picture"),
]
