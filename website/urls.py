from django.urls import path

from website import views

app_name = "website"

urlpatterns = [
    path("", views.home, name="home"),
    path("privacy/", views.privacy, name="privacy"),
    path("your-rights/", views.rights, name="rights"),
    path("complain/", views.complain, name="complain"),
    path("cookies/", views.cookies, name="cookies"),
    path("cookies/visits/", views.visits, name="visits"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("colours.css", views.colours, name="colours"),
]
