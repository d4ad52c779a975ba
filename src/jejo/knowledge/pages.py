"""HTML routes of what the product knows: process models, the AI map, concepts, units, glossary."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from jejo.kernel.menu import MenuEntry, in_menu
from jejo.kernel.texts import Language, texts
from jejo.knowledge.domain import ProcessModel
from jejo.knowledge.service import KnowledgeService

T = TypeVar("T")

GROUPS = ("ROOT", "SPECIALTY", "PROCESS")
"""Groups of process models in the order they are shown; texts `knowledge.pages.groups.<group>`."""

_ROWS = 60
_LONGEST_QUERY = 100
_TYPED = Query("", max_length=_LONGEST_QUERY)
_PAGE = Query(1, ge=1, le=10_000)


class Render(Protocol):
    """Draws a template inside the frame, in the language of the request."""

    def __call__(
        self, request: Request, template: str, /, *, status: int = 200, **context: object
    ) -> Response: ...


@dataclass(frozen=True, slots=True)
class Leaf(Generic[T]):
    """One page of a long list.

    Args:
        number: of the page, from 1; `last`: of the last one.
        total: entries on all pages.
    """

    entries: Sequence[T]
    number: int
    last: int
    total: int


def leaf(entries: Sequence[T], number: int, rows: int = _ROWS) -> Leaf[T]:
    """Return a page of a list; past its end the last one.

    >>> leaf(["a", "b", "c"], 9, rows=2)
    Leaf(entries=['c'], number=2, last=2, total=3)
    """
    last = max(1, -(-len(entries) // rows))
    number = min(number, last)
    return Leaf(entries[(number - 1) * rows : number * rows], number, last, len(entries))


def pages(service: KnowledgeService, render: Render) -> APIRouter:
    """Return the pages of the knowledge room; their addresses hold search and page."""
    router = APIRouter(include_in_schema=False)

    @router.get("/processes")
    @in_menu(
        MenuEntry(
            path="/processes",
            group="support",
            text="knowledge.pages.processes.title",
            icon="list-checks",
            order=60,
        )
    )
    def processes(request: Request, q: str = _TYPED) -> Response:
        found = service.find_processes(q)
        return render(
            request,
            "knowledge/processes.html",
            q=q,
            total=len(service.process_models()),
            found=len(found),
            groups=[(group, [model for model in found if model.group == group]) for group in GROUPS],
            fields={each.code: each for each in service.taxonomy().specialties},
        )

    @router.get("/processes/{model_id}")
    def process(request: Request, model_id: str) -> Response:
        model = service.process_model(model_id)
        taxonomy = service.taxonomy()
        return render(
            request,
            "knowledge/process.html",
            model=model,
            items=_items(model),
            cells={each.code: each for each in taxonomy.cells},
            fields={each.code: each for each in taxonomy.specialties},
            divisions={each.code: each for each in taxonomy.ksic_divisions},
            indicators={each.code: each for each in (*taxonomy.process_kpis, *taxonomy.kpis)},
        )

    @router.get("/ai-map")
    @in_menu(
        MenuEntry(
            path="/ai-map", group="support", text="knowledge.pages.menu.map", icon="circle-check", order=61
        )
    )
    def ai_map(request: Request) -> Response:
        taxonomy = service.taxonomy()
        return render(
            request,
            "knowledge/map.html",
            taxonomy=taxonomy,
            cells={each.code: each for each in taxonomy.cells},
            uses=service.uses_of_cells(),
        )

    @router.get("/concepts")
    @in_menu(
        MenuEntry(
            path="/concepts",
            group="data",
            text="knowledge.pages.menu.words",
            icon="a-large-small",
            order=80,
            aliases=("/units", "/glossary"),
        )
    )
    def concepts(request: Request, q: str = _TYPED, page: int = _PAGE) -> Response:
        part = leaf(service.find_concepts(q, _named(request, "concept-groups")), page)
        symbols = {each.id: service.symbols(each) for each in part.entries}
        known = service.concepts()
        return render(
            request,
            "knowledge/concepts.html",
            q=q,
            leaf=part,
            symbols=symbols,
            total=len(known),
            identified=sum(each.irdi is not None for each in known),
        )

    @router.get("/units")
    def units(request: Request, q: str = _TYPED, page: int = _PAGE) -> Response:
        part = leaf(service.find_units(q, _named(request, "dimensions")), page)
        return render(request, "knowledge/units.html", q=q, leaf=part, total=len(service.units()))

    @router.get("/glossary")
    def glossary(request: Request, q: str = _TYPED, page: int = _PAGE) -> Response:
        part = leaf(service.find_terms(q, _named(request, "categories")), page)
        return render(request, "knowledge/glossary.html", q=q, leaf=part, total=len(service.glossary()))

    return router


def _named(request: Request, kind: str) -> Callable[[str], str]:
    language: Language = request.state.language

    def name(code: str) -> str:
        return texts(language).text(f"knowledge.pages.{kind}.{code.replace(' ', '-')}")

    return name


def _items(model: ProcessModel) -> dict[str, object]:
    # Where two stages both have a key, either names the same quantity.
    return {item.key: item for item in model.data}
