from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [path("undertaking/", views.undertaking, name="undertaking")]
