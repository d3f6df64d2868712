from django.urls import path

from audit import views

app_name = "audit"

urlpatterns = [
    path("", views.log, name="log"),
    path("csv/", views.log_csv, name="log-csv"),
    path("<int:number>/", views.entry, name="entry"),
]
