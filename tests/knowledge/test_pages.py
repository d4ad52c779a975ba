"""Pages of the knowledge room, through the real app and the real packages."""

import re
from functools import cache

import pytest

from e2e.app import frame
from e2e.client import Client
from jejo.kernel.settings import Settings
from jejo.kernel.texts import texts
from jejo.knowledge.pages import GROUPS, leaf, pages
from jejo.knowledge.service import KnowledgeService
from jejo.web.app import create_app

KNOWLEDGE = KnowledgeService()
KO, EN = texts("ko"), texts("en")
MODELS = [model.id for model in KNOWLEDGE.process_models()]
LISTS = ("/processes", "/concepts", "/units", "/glossary")
PATHS = [*LISTS, "/ai-map", *(f"/processes/{model}" for model in MODELS)]


@cache
def app():
    return create_app([pages(KNOWLEDGE, frame().render)], frame(), Settings())


def client() -> Client:
    # A fresh one each time: a client keeps the language that it once asked for.
    return Client(app(), headers={"accept": "text/html"})


def main_of(path: str) -> str:
    page = client().get(path)
    assert page.status_code == 200
    return page.text.split("<main", 1)[1]


def words_of(path: str) -> str:
    plain = re.sub(r"<[^>]+>", " ", main_of(path).replace("<wbr>", ""))
    return re.sub(r"\s+", " ", plain.replace("&amp;", "&").replace("&#39;", "'"))


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_page_opens_in_its_language_and_stays_small(path, language):
    page = client().get(f"{path}?lang={language}")
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.text
    assert len(page.content) <= 60_000


@pytest.mark.parametrize("path", ["/concepts", "/units", "/glossary"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_long_list_is_shown_whole_over_its_pages(path, language):
    known = {
        "/concepts": [concept.ko[0] for concept in KNOWLEDGE.concepts()],
        "/units": [unit.ucum for unit in KNOWLEDGE.units()],
        "/glossary": [term.identifier for term in KNOWLEDGE.glossary()],
    }[path]
    shown = ""
    for number in range(1, -(-len(known) // 60) + 1):
        page = client().get(f"{path}?page={number}&lang={language}")
        assert len(page.content) <= 60_000
        shown += words_of(f"{path}?page={number}&lang={language}")
    assert [name for name in known if name not in shown] == []


def test_a_page_past_the_end_is_the_last_one():
    assert leaf(range(5), 3, rows=2).entries == range(4, 5)
    assert leaf(range(5), 9, rows=2) == leaf(range(5), 3, rows=2)
    assert leaf([], 1).last == 1


@pytest.mark.parametrize("language", ["ko", "en"])
def test_all_process_models_stand_in_their_group(language):
    body = words_of(f"/processes?lang={language}")
    places = [body.index(texts(language).text(f"knowledge.pages.groups.{group}")) for group in GROUPS]
    assert places == sorted(places)
    for model in KNOWLEDGE.process_models():
        name = model.ko if language == "ko" else model.en
        following = [*places, len(body)][GROUPS.index(model.group) + 1]
        assert name in body[places[GROUPS.index(model.group)] : following]


def test_casting_shows_the_four_stages_of_the_strategy_as_such():
    body = main_of("/processes/casting?lang=ko")
    steps = re.findall(r"<li[^>]*>(.*?)</li>", body.split('<ol class="steps">')[1].split("</ol>")[0])
    marked = [each for each in steps if KO.text("knowledge.pages.marks.seed") in each]
    assert len(steps) == 9
    assert [re.sub(r"<.*", "", each).strip() for each in marked] == [
        "1. 원재료 입고",
        "2. 주형 제작",
        "3. 장입",
        "4. 용해·용탕분석",
    ]


@pytest.mark.parametrize("model", MODELS)
def test_a_process_page_shows_all_that_the_model_says(model):
    body = words_of(f"/processes/{model}?lang=ko")
    known = KNOWLEDGE.process_model(model)
    said = [stage.ko for stage in known.stages] + [
        each.ko for stage in known.stages for each in stage.equipment
    ]
    said += [text for item in known.data for text in (item.ko, item.unit)]
    said += [each.ko for each in known.quality]
    said += [text for defect in known.defects for text in (defect.ko, *defect.causes_ko)]
    said += [text for hazard in known.hazards for text in (hazard.ko, hazard.where_ko, *hazard.controls_ko)]
    said += [text for use in known.ai_applications for text in (use.ko, use.cell)]
    said += list(known.kpis)
    assert [text for text in said if text not in body] == []


def test_the_map_holds_35_cells_with_the_models_that_use_them():
    body = main_of("/ai-map?lang=en")
    cells = dict(re.findall(r'<div class="cell" id="([A-Z-]+)">(.*?)</div>', body, re.DOTALL))
    assert len(cells) == 35
    for cell in KNOWLEDGE.cells():
        assert cell.example_en in cells[cell.code]
        using = {
            model.id
            for model in KNOWLEDGE.process_models()
            if any(use.cell == cell.code for use in model.ai_applications)
        }
        assert set(re.findall(r'href="/processes/([a-z_]+)"', cells[cell.code])) == using


def test_an_irdi_comes_with_its_grade_and_evidence():
    body = words_of("/concepts?q=0112/2///61987%23ABA588%23004&lang=en")
    concept = KNOWLEDGE.concept("rated_voltage")
    assert concept.irdi.code in body
    assert concept.irdi.source in body
    assert EN.text("knowledge.pages.concepts.grade", grade="A") in body
    assert EN.text("knowledge.pages.find.found", count=1, total=len(KNOWLEDGE.concepts())) in body


@pytest.mark.parametrize(
    ("path", "found", "not_found"),
    [
        ("/processes?q=기공 주조", "/processes/casting", "/processes/weaving"),
        ("/concepts?q=금형 TEMP", "mold temperature", "휨"),
        ("/units?q=㎏f/㎠", "kgf/cm²", "rpm"),
        ("/units?q=압력", "kgf/cm²", "rpm"),
        ("/concepts?q=진동&lang=ko", "acoustic emission", "temperature"),
        ("/glossary?q=kamp", "인공지능 제조 플랫폼", "사업관리시스템"),
    ],
)
def test_searching_keeps_what_holds_every_word(path, found, not_found):
    body = main_of(path)
    assert found in body
    assert not_found not in body


@pytest.mark.parametrize("path", LISTS)
def test_typed_words_never_become_markup_and_nothing_found_is_said(path):
    hostile = '"><script>alert(1)</script>'
    page = client().get(path, params={"q": hostile, "lang": "en"})
    assert "<script>" not in page.text
    assert "Nothing found: &#34;&gt;&lt;script&gt;" in page.text


@pytest.mark.parametrize("path", LISTS)
def test_a_search_that_is_too_long_or_a_page_that_is_none_is_refused(path):
    assert client().get(path, params={"q": "x" * 101}).status_code == 422
    if path != "/processes":
        assert client().get(f"{path}?page=0").status_code == 422


def test_search_words_stay_in_the_addresses_of_further_pages():
    assert 'href="/concepts?q=a&amp;page=2"' in main_of("/concepts?q=a")


def test_an_unknown_process_is_not_found():
    page = client().get("/processes/nothing")
    assert page.status_code == 404
    assert KO.text("knowledge.errors.no-process.message", id="nothing") in page.text


def test_menu_marks_the_words_on_all_their_pages():
    for path in ("/concepts", "/units", "/glossary"):
        assert 'href="/concepts" aria-current="page"' in client().get(path).text


def test_words_of_a_korean_page_are_korean():
    for cell in KNOWLEDGE.cells():
        assert len(cell.typical_data_ko) == len(cell.typical_data)
        assert [text for text in cell.typical_data_ko if re.fullmatch(r"[a-z ]+", text)] == []
    for item in (each for model in KNOWLEDGE.process_models() for each in model.quality):
        has_words = re.search(r"[a-z]{2}", item.typical_spec) is not None
        assert has_words == (item.typical_spec_ko is not None and item.typical_spec_ko != item.typical_spec)
    body = words_of("/ai-map?lang=ko")
    assert "진동, 전류, 온도, 정비 이력" in body
    assert "maintenance history" not in body
    assert "한도 견본" in words_of("/processes/injection_molding?lang=ko")
