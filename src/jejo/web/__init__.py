"""The ASGI app around the rooms' pages: frame, menu, language, problems, static files, safety headers."""
