"""The pages' app around the sample service, joined as `bootstrap.py` joins the real one."""

from functools import cache

from fastapi import Request

from jejo.accounts.domain import LOCAL_OWNER, Scope
from jejo.kernel.settings import Settings
from jejo.kernel.texts import Language
from jejo.knowledge.pages import pages as knowledge_pages
from jejo.knowledge.service import KnowledgeService
from jejo.onboarding.api import routes
from jejo.onboarding.pages import pages
from jejo.web.app import create_app
from jejo.web.assets import Assets
from jejo.web.frame import Frame


def owner(request: Request) -> Scope:
    """Return the owner of the local install."""
    return LOCAL_OWNER


def language_of(request: Request) -> Language:
    """Return the language that the frame chose."""
    language: Language = request.state.language
    return language


@cache
def frame() -> Frame:
    """Return the one frame of all tests: its templates are compiled once."""
    return Frame(Assets())


def sample_app(service, settings=None):
    """Return the app that serves the sample reports and what the product knows."""
    routers = [
        pages(service, frame().render, owner),
        routes(service, owner, language_of),
        knowledge_pages(KnowledgeService(), frame().render),
    ]
    return create_app(routers, frame(), settings or Settings())
