import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jejo.onboarding.domain.chart import printable
from jejo.onboarding.domain.document import AnomalyEntry, ReportDocument, StatsEntry
from jejo.onboarding.reports.html import HtmlFile
from onboarding.sample_report import (
    a_column,
    a_label,
    a_report,
    a_time_table,
    an_empty_table,
    an_item_table,
    hostile_report,
    the_charts,
)

HOSTILE = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    '=HYPERLINK("http://evil","x")',
    "{{ 7*7 }}{% raw %}",
    "공정\u202egnp.exe",
    "</style><style>*{display:none}",
    "a\x00b\ud800c",
    "javascript:alert(1)",
]


class Page(HTMLParser):
    """Elements, attributes and texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(data.strip())


def page(document: ReportDocument, language: str = "ko") -> str:
    return HtmlFile().render(document, the_charts(language)).decode("utf-8")


def one_table(**given: object) -> str:
    return page(a_report(tables=(a_time_table(**given),)))


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_section_is_there(language: str) -> None:
    texts = Page(page(a_report(language), language)).texts
    wanted = {
        "ko": [
            "다음에 할 일",
            "평소와 다른 구간",
            "이 데이터로 할 수 있는 제조AI",
            "데이터 품질",
            "자동으로 한 일",
        ],
        "en": [
            "What to do next",
            "When it was not as usual",
            "Data quality",
            "Done automatically",
            "First rows",
        ],
    }
    assert set(wanted[language]) <= set(texts)


def test_the_language_of_the_document_is_the_language_of_the_page() -> None:
    english = page(a_report("en"), "en")
    assert '<html lang="en">' in english
    # Only the name of the product stays Korean.
    assert not re.findall(
        "[가-힣]+", re.sub("제조AI|사출속도|금형온도|냉각수온도", "", english.split("<body>")[1])
    )


def test_an_unknown_language_reads_korean() -> None:
    assert '<html lang="ko">' in page(a_report(language="ko"))
    assert '<html lang="ko">' in page(replace(a_report(), language="fr"))


def test_nothing_is_loaded_from_elsewhere() -> None:
    for tag, attributes in Page(page(a_report())).tags:
        assert tag not in {"script", "link", "iframe", "object", "img", "base", "form"}
        assert not {"src", "srcset", "action", "style"} & set(attributes)
        assert not [name for name in attributes if name.startswith("on")]
        assert (attributes.get("href") or "#").startswith("#")


def test_the_policy_allows_the_own_style_only() -> None:
    shown = page(a_report())
    style = re.search("<style>(.*?)</style>", shown, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = next(a["content"] for tag, a in Page(shown).tags if tag == "meta" and "http-equiv" in a)
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert "url(" not in style[1]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_and_does_nothing(text: str) -> None:
    plain = Page(page(a_report()))
    document = hostile_report(text)
    shown = Page(page(document))
    assert printable(text) in shown.texts
    assert [tag for tag, _ in shown.tags] == [tag for tag, _ in Page(page(hostile_report("x"))).tags]
    assert {tag for tag, _ in shown.tags} <= {tag for tag, _ in plain.tags}


@settings(max_examples=8, deadline=None)
@given(st.text(min_size=1, max_size=30))
def test_no_text_changes_the_elements_of_the_page(text: str) -> None:
    assert [tag for tag, _ in Page(page(hostile_report(text))).tags] == [
        tag for tag, _ in Page(page(hostile_report("x"))).tags
    ]


def test_foreign_names_stand_apart_from_the_direction_of_the_text() -> None:
    assert "<bdi>공정�gnp.exe</bdi>" in page(hostile_report("공정\u202egnp.exe"))


def test_a_very_long_name_is_cut() -> None:
    shown = page(hostile_report("가" * 100_000))
    assert len(shown) < 200_000
    assert "가" * 399 + "…" in shown


def test_an_anomaly_is_told_with_length_time_and_shares() -> None:
    texts = Page(one_table()).texts
    assert "52분" in texts
    assert "2025년 10월 24일 오후 2:03 ~ 오후 2:55" in texts
    assert {"61%", "−3.6 L/min", "+8.1 ℃", "이상 정도 2.8 (1이 알림 한계)"} <= set(texts)
    assert "금형 온도가 평소 178~186℃보다 높습니다. 냉각수 유량이 먼저 줄었습니다." in texts


def test_only_the_strongest_anomalies_are_told_and_keep_their_numbers() -> None:
    many = tuple(AnomalyEntry(None, None, float(n), (), f"이상 {n}.", n, n) for n in range(1, 31))
    texts = Page(one_table(anomalies=many)).texts
    assert "이상 18." not in texts
    assert texts.index("이상 19.") < texts.index("이상 30.")
    assert {"19", "30"} <= set(texts)
    assert "강한 순서로 골라 실었습니다. 더 찾은 구간: 18곳" in texts


def test_metrics_are_shown_without_leaks_first_and_with_their_interval() -> None:
    texts = Page(page(a_report(tables=(an_item_table(),)))).texts
    row = texts[texts.index("적중력(PR-AUC)") :][:4]
    assert row == ["적중력(PR-AUC)", "0.761", "0.701 ~ 0.814", "0.997"]
    assert "tryshot_signal" in texts
    assert "결과를 미리 알려 주는 열" in texts


def test_a_label_without_leaks_has_no_leak_column() -> None:
    clean = replace(a_label(), leaks=(), metrics_without_leaks={})
    texts = Page(one_table(label=clean)).texts
    assert "결과를 미리 알려 주는 열" not in texts
    assert texts[texts.index("적중력(PR-AUC)") :][1] == "0.997"


def test_a_table_without_a_label_has_no_label_section() -> None:
    assert "결과와 함께 달라진 조건" not in one_table()


def test_not_computable_is_said_and_never_zero() -> None:
    texts = Page(one_table()).texts
    assert texts[texts.index("접근성") :][:3] == ["접근성", "이 파일만으로는 알 수 없습니다", "–"]
    nothing = Page(page(a_report(tables=(an_empty_table(),)))).texts
    assert nothing[nothing.index("이상 구간") :][:3] == ["이상 구간", "–", "계산할 수 없었습니다"]
    assert "데이터 품질" not in nothing


def test_all_35_cells_stand_in_seven_rows() -> None:
    shown = one_table()
    cells = re.search('<table class="cells">(.*?)</table>', shown, re.DOTALL)
    assert cells is not None
    assert cells[1].count("<td") == 35
    assert cells[1].count("<tr") == 8
    assert cells[1].count('class="ok"') == 2
    assert cells[1].count('class="warn"') == 2


def test_a_report_without_tables_still_opens() -> None:
    assert "다음에 할 일" in page(a_report(tables=()))


def test_endless_numbers_do_not_break_the_page() -> None:
    column = a_column(stats=StatsEntry(3, 0, float("-inf"), float("inf"), float("nan")))
    assert "−∞ ~ ∞" in Page(one_table(columns=(column,))).texts


def test_every_chart_can_be_read_as_a_table() -> None:
    texts = Page(one_table()).texts
    first = texts.index("표로 보기")
    assert texts[first + 1 : first + 6] == ["시작", "최소", "최대", "이상 구간", "2025년 10월 24일 오전 9:00"]
    assert texts.count("표로 보기") == 2
