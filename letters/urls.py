"""Addresses of letters and of their templates."""

from django.urls import path

from letters import views

app_name = "letters"

urlpatterns = [
    path("cases/<reference:reference>/letters/", views.letters, name="letters"),
    path("cases/<reference:reference>/letters/add/", views.letter_add, name="letter-add"),
    path("letters/", views.waiting, name="waiting"),
    path("letters/<reference:reference>/", views.letter, name="letter"),
    path("letters/<reference:reference>/posted/", views.letter_posted, name="letter-posted"),
    path("letters/<reference:reference>/again/", views.letter_again, name="letter-again"),
    path("letters/<reference:reference>/drop/", views.letter_drop, name="letter-drop"),
    path("letters/<reference:reference>/settle/", views.letter_settle, name="letter-settle"),
    path("letter-templates/", views.templates, name="templates"),
    path("letter-templates/add/", views.template_add, name="template-add"),
    path("letter-templates/<slug:template>/", views.template, name="template"),
    path("letter-templates/<slug:template>/write/", views.template_write, name="template-write"),
    path("letter-templates/<slug:template>/offer/", views.template_offer, name="template-offer"),
]
