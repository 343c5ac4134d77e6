"""The product's addresses, and the minimal views."""

from django.urls import include, path

from bench.minimal import views

urlpatterns = [
    path("minimal/queue/", views.board),
    path("minimal/tickets/<str:number>/", views.ticket),
    path("minimal/change/<int:pk>/", views.Change.as_view()),
    path("", include("console.urls")),
]
handler404 = "console.views.errors.not_found"
