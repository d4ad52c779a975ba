"""The data packages: complete, checked when read, with source and validity."""

from datetime import date
from importlib.resources import files

import pytest

from jejo.kernel.errors import Invalid, NotFound
from jejo.knowledge.domain import Concepts, Glossary, ProcessModels, Units
from jejo.knowledge.service import KnowledgeService
from jejo.knowledge.service.packages import read

KNOWLEDGE = KnowledgeService()
TERM = "{ko: 공정, en: process, identifier: process, category: plain, provenance: GK}"


def a_glossary(*terms: str, head: str = "") -> str:
    lines = [
        "name: glossary",
        "version: 1.0.0",
        "valid_from: 2025-10-24",
        "source: s",
        "licence: l",
        head,
        "terms:",
    ]
    return "\n".join([*lines, *(f"- {term}" for term in terms)])


def test_every_folder_is_a_package_and_says_where_it_comes_from():
    folders = {entry.name for entry in (files("jejo.knowledge") / "data").iterdir() if entry.is_dir()}
    packages = KNOWLEDGE.packages()
    assert {package.name for package in packages} == folders
    for package in packages:
        assert package.source
        assert package.licence
        assert package.valid_from <= date(2026, 1, 1)


def test_counts_are_those_of_the_sources():
    assert len([each for each in KNOWLEDGE.concepts() if each.provenance == "GK"]) == 175
    assert len(KNOWLEDGE.process_models()) == 26
    assert len(KNOWLEDGE.cells()) == 35
    assert len(KNOWLEDGE.glossary()) == 161
    taxonomy = KNOWLEDGE.taxonomy()
    assert len(taxonomy.industry_areas) == 4
    assert len(taxonomy.industry_sub_areas) == 14
    assert sum(part.strategic for part in taxonomy.industry_sub_areas) == 7
    assert len(taxonomy.ksic_divisions) == 25
    assert len(taxonomy.specialties) == 8
    assert len(taxonomy.size_classes) == 4
    assert len(taxonomy.factory_levels) == 6
    assert len(taxonomy.ai_evolution_stages) == 4


def test_rates_of_size_classes_agree_with_their_totals():
    """Firm-weighted rates of the classes are the published totals, within the rounding of one decimal."""
    taxonomy = KNOWLEDGE.taxonomy()
    chosen = {"ALL": taxonomy.size_classes, "SME": [each for each in taxonomy.size_classes if each.is_sme]}
    for total in taxonomy.size_totals:
        classes = chosen[total.code]
        firms = sum(each.firms for each in classes)
        adopters = sum(each.firms * each.adoption_rate_pct for each in classes)
        advanced = sum(each.firms * each.adoption_rate_pct * each.level_advanced_pct for each in classes)
        assert total.firms == firms
        assert adopters / firms == pytest.approx(total.adoption_rate_pct, abs=0.1)
        assert advanced / adopters == pytest.approx(total.level_advanced_pct, abs=0.1)


def test_casting_shows_the_stages_of_the_strategy():
    casting = KNOWLEDGE.process_model("casting")
    seed = [stage for stage in casting.stages if stage.provenance == "seed"]
    assert [stage.code for stage in seed] == ["RAW_IN", "MOULD", "CHARGE", "MELT"]
    assert all(any(item.provenance == "seed" for item in stage.data) for stage in seed)


def test_process_models_point_only_to_known_cells_kpis_and_divisions():
    taxonomy = KNOWLEDGE.taxonomy()
    cells = {cell.code for cell in taxonomy.cells}
    kpis = {kpi.code for kpi in (*taxonomy.kpis, *taxonomy.process_kpis)}
    divisions = {division.code for division in taxonomy.ksic_divisions}
    fields = {field.code for field in taxonomy.specialties}
    for model in KNOWLEDGE.process_models():
        assert {use.cell for use in model.ai_applications} <= cells
        assert set(model.kpis) <= kpis
        assert set(model.ksic) <= divisions
        assert set(model.specialties) <= fields


def test_no_name_is_shared_by_two_concepts():
    owners: dict[str, str] = {}
    for concept in KNOWLEDGE.concepts():
        for name in concept.names:
            assert owners.setdefault(name.casefold(), concept.id) == concept.id


def test_an_irdi_stands_only_with_its_evidence():
    graded = [concept.irdi for concept in KNOWLEDGE.concepts() if concept.irdi]
    assert len(graded) == 92
    assert sum(irdi.grade == "A" for irdi in graded) == 86
    assert all(irdi.source and irdi.code.startswith(("0112/2///", "0173-1#02-")) for irdi in graded)
    assert all(concept.irdi is None for concept in KNOWLEDGE.concepts() if concept.provenance == "ours")


def test_additions_to_names_are_marked():
    for concept in KNOWLEDGE.concepts():
        assert set(concept.added) <= set(concept.names)


def test_what_is_not_there_is_not_found():
    with pytest.raises(NotFound, match="no-concept"):
        KNOWLEDGE.concept("warp_factor")
    with pytest.raises(NotFound, match="no-process"):
        KNOWLEDGE.process_model("alchemy")
    with pytest.raises(NotFound, match="no-cell"):
        KNOWLEDGE.cell("MFG-XXX")


def test_a_good_package_is_read():
    assert read("glossary", Glossary, a_glossary(TERM)).terms[0].ko == "공정"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (a_glossary(TERM, TERM), "identifier twice"),
        (a_glossary(TERM.replace("en:", "enn:")), "enn"),
        (a_glossary(TERM.replace("GK", "hearsay")), "hearsay"),
        (a_glossary(TERM, head="colour: red"), "colour"),
        (a_glossary(TERM).replace("2025-10-24", "soon"), "valid_from"),
        (a_glossary("{ko: [}"), "expected"),
    ],
)
def test_a_package_that_does_not_fit_is_refused_with_the_reason(text, reason):
    with pytest.raises(Invalid, match="bad-package") as refused:
        read("glossary", Glossary, text)
    assert reason in str(refused.value.facts["reason"])


def shipped(name: str) -> str:
    return (files("jejo.knowledge") / "data" / name / "package.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "kind", "before", "after", "reason"),
    [
        ("units", Units, "aliases: [bar, ", "aliases: [bar, MPa, ", "alias twice"),
        ("units", Units, "Temperature: [temperature]", "Temperature: [warmth]", "unknown dimension"),
        ("concepts", Concepts, "ko: [역률]", "ko: [역률, 전압]", "synonym twice"),
        ("concepts", Concepts, "temperature: temperature", "temperature: warmth", "unknown concept"),
        (
            "processes",
            ProcessModels,
            "data_keys: [sand_compactability]",
            "data_keys: [sand]",
            "unknown data key",
        ),
    ],
)
def test_a_slip_in_a_shipped_package_would_be_found(name, kind, before, after, reason):
    text = shipped(name)
    assert before in text
    with pytest.raises(Invalid, match="bad-package") as refused:
        read(name, kind, text.replace(before, after, 1))
    assert reason in str(refused.value.facts["reason"])
