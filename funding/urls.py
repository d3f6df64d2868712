from django.urls import path

from funding import views

app_name = "funding"

urlpatterns = [
    path("contracts/", views.contracts, name="contracts"),
    path("contracts/add/", views.contract_add, name="contract-add"),
    path("contracts/<str:reference>/", views.contract, name="contract"),
    path("contracts/<str:reference>/change/", views.contract_change, name="contract-change"),
    path("contracts/<str:reference>/unpaid/", views.unpaid, name="unpaid"),
    path("contracts/<str:reference>/outside/", views.outside, name="outside"),
    path("cases/<str:reference>/funding/", views.case_funding, name="case"),
    path("cases/<str:reference>/funding/end/", views.case_funding_end, name="case-end"),
    path("contacts/<str:reference>/funding/", views.contact_funding, name="contact"),
]
