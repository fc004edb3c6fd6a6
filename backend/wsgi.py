"""The app for gunicorn: `gunicorn -c backend/gunicorn.conf.py backend.wsgi:app`. One in each worker, no preload."""

from __future__ import annotations

from backend.app.doors import create_app
from backend.settings import read_settings

app = create_app(read_settings())
