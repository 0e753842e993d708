"""A Django view that asks with the blocking client. This file is also its own settings module.

python -m django runserver --settings django_view --pythonpath . --noreload 8000
gunicorn --preload django_view:application

curl -d 'user=u-17' -d 'question=How do I return a lamp?' http://127.0.0.1:8000/ask
"""

from __future__ import annotations

import functools
import os

from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from uppzy import SessionIds, Uppzy

# Of Django.
SECRET_KEY = os.environ["SESSION_SECRET"]
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "django_view"
USE_TZ = True

# Of this view.
PATIENCE = float(os.environ.get("PATIENCE_SECONDS", "15"))
FALLBACK = "We cannot answer that right now. Please write to support@example.com."


@functools.cache
def client() -> Uppzy:
    """One client for the process. It may be made before the server forks its workers."""
    return Uppzy()


@functools.cache
def session_ids() -> SessionIds:
    """Session ids end up in logs: a keyed hash stands for the user."""
    return SessionIds(SECRET_KEY)


@csrf_exempt
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Answers a visitor, within his patience, and if need be with a text of our own.

    Faults of the settings, such as a wrong key, are not hidden behind it: they raise, and Django
    reports them as it does every error of the site.
    """
    answer = client().chat.ask_with_fallback(
        request.POST["question"],
        session_id=session_ids().per_user(request.POST["user"]),
        fallback=FALLBACK,
        timeout=PATIENCE,
    )
    return JsonResponse({"answer": answer.text, "is_fallback": answer.is_fallback})


def metrics(request: HttpRequest) -> HttpResponse:
    """Tells Prometheus how the calls of this process went."""
    return HttpResponse(client().metrics().to_prometheus(), content_type="text/plain")


urlpatterns: list[URLPattern] = [path("ask", ask), path("metrics", metrics)]

if __name__ != "__main__" and os.environ.get("DJANGO_SETTINGS_MODULE") is None:
    # Loaded by a WSGI server.
    os.environ["DJANGO_SETTINGS_MODULE"] = "django_view"
    application = get_wsgi_application()
