"""Five hundred generated files, CP949 and UTF-8: none may be read as something else."""

import random

import pytest

from jejo.intake.domain.encoding import decode

SYLLABLES = [chr(code) for code in range(0xAC00, 0xD7A4)]
ONLY_CP949 = list("똠쀍믜햏펲쏼뷁걍꿹뙇찦챁갂갃갅")
WORDS = [
    "온도",
    "압력",
    "설비",
    "판정",
    "일시",
    "양품",
    "불량",
    "호기",
    "비고",
    "사출",
    "금형",
    "주조",
    "측정",
    "작업자",
    "합격",
    "생산량",
    "점검",
]


def a_text(number, chance):
    kind = number % 5
    header = ",".join(chance.sample(WORDS, 5)) if kind != 1 else "time,temp,press,speed,note"
    lines = [header]
    for row in range(chance.randint(5, 400)):
        cells = [f"2025-10-{row % 28 + 1:02d}", f"{chance.random() * 200:.2f}", str(chance.randint(0, 999))]
        if kind == 0:
            cells += [chance.choice(WORDS), chance.choice(SYLLABLES)]
        elif kind == 2:
            cells += [chance.choice(ONLY_CP949), "".join(chance.choices(SYLLABLES, k=3))]
        elif kind == 3:
            cells += [chance.choice(["OK", "NG", "㎜", "℃", "①"]), ""]
        else:
            cells += ["OK", ""]
        lines.append(",".join(cells))
    if kind == 1:
        # Hardly any Hangul, and only far from the start.
        lines[-1] += chance.choice(WORDS)
    return "\r\n".join(lines)


def test_five_hundred_files_are_read_as_they_were_written():
    chance = random.Random(949)
    wrong = []
    for number in range(520):
        text = a_text(number, chance)
        encoding = ("cp949", "utf-8", "utf-8-sig", "cp949")[number % 4]
        decoded = decode(text.encode(encoding))
        if decoded.text != text or decoded.broken:
            wrong.append((number, encoding, decoded.encoding))
    assert wrong == []


@pytest.mark.parametrize("ahead", range(65_530, 65_540))
def test_a_syllable_across_any_block_border_is_read_whole(ahead):
    text = "a" * ahead + "똠방각하,온도"
    assert decode(text.encode("cp949")).text == text
    assert decode(text.encode("utf-8")).text == text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_are_read_with_and_without_mark(encoding):
    text = "일시,온도\n2025-10-24 15:05,182.4\n" * 5
    assert decode(text.encode(encoding)).text.lstrip("\ufeff") == text


def test_a_file_cut_off_in_its_last_syllable_keeps_its_encoding():
    for encoding in ("utf-8", "cp949"):
        decoded = decode("일시,온도\n1,높음".encode(encoding)[:-1])
        assert (decoded.encoding, decoded.text) == (encoding, "일시,온도\n1,높")


def test_one_damaged_byte_does_not_change_the_language():
    content = bytearray(("일시,온도,비고\n" + "2025-10-24,182.4,정상 가동 중\n" * 60).encode("cp949"))
    content[200:201] = b"\xff"
    decoded = decode(bytes(content))
    assert decoded.encoding == "cp949"
    assert decoded.broken >= 1
    assert "정상 가동 중" in decoded.text


def test_a_western_degree_sign_is_no_korean_syllable():
    assert decode("time,temp (°C)\n1,20.5\n".encode("cp1252")).text.startswith("time,temp (°C)")
