from django.urls import path

from sar.public import views

app_name = "ask"

urlpatterns = [
    path("<slug:task>/", views.start, name="start"),
    path("<slug:task>/check/", views.check, name="check"),
    path("<slug:task>/throw-away/", views.throw_away, name="throw-away"),
    path("<slug:task>/<slug:part>/", views.step, name="step"),
]
