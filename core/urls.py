from django.urls import path

from core.gallery import gallery

app_name = "core"

urlpatterns = [path("components/", gallery, name="gallery")]
