"""What a column is for, from its header and its values."""

from jejo.intake.domain.meaning.matching import Match
from jejo.intake.domain.meaning.values import Values
from jejo.intake.domain.table import Role

_LABEL_WORDS = frozenset(
    "label target judgement judgment verdict defect defects defective fault faults failure failures fail failed ng nok reject"
    " rejected rejects scrap anomaly anomalies changepoint insp inspect inspection quality passorfail rul severity accident"
    " passed passfail class grade rework mrb outlier crack scratch stain dent burr bubble void porosity"
    " 판정 합부 합불 양불 불량 불량여부 양부 양불판정 결과 판정결과 검사결과 등급 품질등급 불량률 불량수 불량수량 양품여부 이상여부 고장 고장여부"
    " 불량유형 불량명 크랙 스크래치 기포 미성형 흑점 찍힘 이물 변색 기공 수축 버 얼룩 합격여부".split()
)
_LABEL_ALONE = frozenset({"y", "tag", "result", "outcome", "status"})
_PERSON = frozenset(
    "성명 성함 작업자 작업자명 작업자성명 담당자 담당자명 담당 검사자 검사자명 검사원 작성자 등록자 수정자 승인자 확인자 점검자 책임자 관리자 조작자"
    " 사원명 사원 사번 직원 직원명 연락처 전화번호 전화 휴대폰 휴대전화 핸드폰 주민등록번호 주민번호 생년월일 이메일 주소 고객명 환자명"
    " operator worker employee inspector technician email phone mobile telephone username author driver".split()
)
_PERSON_ENGLISH_ENDS = frozenset({"id", "name", "no", "code", "number", "명", "코드", "번호"})
_NAME_ONLY = frozenset({"이름", "name"})
_ID_WORDS = frozenset(
    "id no num number code serial sn lot batch barcode key uuid index idx row seq sequence udi case record"
    " 번호 코드 순번 연번 일련번호 로트 로트번호 바코드 품번 시리얼 시리얼번호 행 no".split()
)
_INDEX_WORDS = frozenset(
    "id no num row index idx seq sequence sample cycle udi 순번 연번 번호 행 count n step".split()
)
_KIND_WORDS = frozenset(
    "type kind class mode state status shift condition material model grade category group weekday dayofweek 종류 구분 상태 모드"
    " 교대 근무조 재질 기종 모델 유형 품종 조".split()
)
_ELAPSED_WORDS = frozenset(
    {"t", "time", "elapsed", "second", "seconds", "sec", "timestamp", "경과시간", "시간", "초"}
)
_ID_CONCEPTS = frozenset({"lot_number", "serial_number", "work_order", "article_number", "order_code"})
_KIND_CONCEPTS = frozenset(
    {
        "equipment_id",
        "mold_id",
        "shift",
        "recipe_id",
        "machine_status",
        "material_number",
        "manufacturer",
        "sensor_tag",
    }
    | {"alarm_code", "software_version", "measurement_quality"}
)
_LABEL_CONCEPTS = frozenset(
    {"quality_label", "defect_type", "scrap_quantity", "defect_rate", "rework_quantity"}
)


def is_person(words: tuple[str, ...], match: Match) -> bool:
    """Return whether a header speaks of a person, not of how many there are."""
    if match.concept is not None and match.concept.id == "operator_id":
        return True
    rest = tuple(word for word in words if word not in _PERSON_ENGLISH_ENDS and not word.isdigit())
    joined = "".join(rest)
    return bool(rest) and (joined in _PERSON or all(word in _PERSON for word in rest))


def role_of(words: tuple[str, ...], match: Match, values: Values) -> tuple[Role, float]:
    """Return a column's role, and how sure it is, 0 to 1.

    Args:
        words: of the header, in full, with numbers.
        match: the concept the header may mean.
        values: what is in the column.
    """
    concept = match.concept.id if match.concept is not None and match.score >= 0.6 else None
    if values.private_share >= 0.5:
        return Role.PERSONAL, 0.97
    if is_person(words, match):
        sure = 0.95 if values.name_share >= 0.5 or not (values.is_text and values.count) else 0.75
        return Role.PERSONAL, sure
    if set(words) & _NAME_ONLY and values.name_share >= 0.6:
        return Role.PERSONAL, 0.85
    if values.is_time:
        return Role.TIME, 0.97
    if values.is_empty:
        return Role.IGNORED, 0.95
    if (label := _as_label(words, concept, values)) is not None:
        return label
    return (
        _as_text(words, concept, values)
        if values.is_text or values.is_boolean
        else _as_number(words, concept, values)
    )


def _as_label(words: tuple[str, ...], concept: str | None, values: Values) -> tuple[Role, float] | None:
    if values.has_verdicts:
        return Role.LABEL, 0.95
    named = concept in _LABEL_CONCEPTS or bool(set(words) & _LABEL_WORDS)
    alone = len(words) == 1 and words[0] in _LABEL_ALONE
    if not (named or alone):
        return None
    if values.is_text and values.count and not (values.few or values.distinct <= 20):
        return None
    if values.is_number and alone and values.distinct > 2:
        return None
    # A verdict word beside a measured quantity is only part of its name: inspection temperature.
    if concept is not None and concept not in _LABEL_CONCEPTS:
        return None
    return Role.LABEL, 0.9 if concept in _LABEL_CONCEPTS else 0.75


def _as_text(words: tuple[str, ...], concept: str | None, values: Values) -> tuple[Role, float]:
    if values.count == 0:
        return (Role.ID, 0.6) if concept in _ID_CONCEPTS else (Role.CATEGORY, 0.5)
    if concept in _ID_CONCEPTS and values.distinct > 1:
        return Role.ID, 0.9
    if concept == "timestamp" and values.clock_share >= 0.5:
        return Role.TIME, 0.7
    if values.distinct == 1 and values.rows > 1:
        return Role.IGNORED, 0.8
    if values.is_long_text:
        return Role.IGNORED, 0.6
    if concept in _KIND_CONCEPTS and not values.nearly_distinct:
        return Role.CATEGORY, 0.9
    if values.nearly_distinct:
        return Role.ID, 0.85
    if values.few:
        return Role.CATEGORY, 0.85
    return (Role.ID, 0.65) if set(words) & _ID_WORDS else (Role.CATEGORY, 0.6)


def _as_number(words: tuple[str, ...], concept: str | None, values: Values) -> tuple[Role, float]:
    named = set(words)
    if values.count == 0:
        return Role.SIGNAL, 0.5
    if values.is_running and (named & _ID_WORDS or concept is None):
        return Role.ID, 0.9
    if words and words[0] in _ELAPSED_WORDS and concept in {None, "timestamp"} and values.is_counting:
        return Role.TIME, 0.75
    if concept is None and values.is_counting and words and words[-1] in _INDEX_WORDS:
        return Role.ID, 0.7
    if concept in _ID_CONCEPTS or (
        concept is None and named & _ID_WORDS and values.is_whole and not values.few
    ):
        return Role.ID, 0.75
    if concept in _KIND_CONCEPTS or (
        values.is_whole and values.few and concept is None and _names_kind(words)
    ):
        return Role.CATEGORY, 0.8
    return Role.SIGNAL, 0.95 if concept is not None else 0.7


def _names_kind(words: tuple[str, ...]) -> bool:
    named = [word for word in words if not word.isdigit()]
    return bool(named) and (named[-1] in _KIND_WORDS or named[-1] in _ID_WORDS or named[0] in _KIND_WORDS)
