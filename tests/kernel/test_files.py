import pytest

from jejo.kernel.errors import Invalid, NotFound, Unavailable
from jejo.kernel.files import LocalFiles


def test_what_was_put_is_read_again(tmp_path):
    files = LocalFiles(tmp_path)
    files.put("a/b.bin", [b"one", b"two"])
    assert files.read("a/b.bin") == b"onetwo"
    assert files.exists("a/b.bin")
    with pytest.raises(NotFound):
        files.read("a/c.bin")


def test_a_broken_write_leaves_nothing(tmp_path):
    def chunks():
        yield b"half"
        raise RuntimeError("sender went away")

    files = LocalFiles(tmp_path)
    with pytest.raises(RuntimeError):
        files.put("a/b.bin", chunks())
    assert list((tmp_path / "a").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "a").write_text("a file where the folder should be")
    with pytest.raises(Unavailable, match="cannot-write"):
        LocalFiles(tmp_path).put("a/b.bin", [b"x"])


@pytest.mark.parametrize("key", ["../x", "/etc/passwd", "a/../../x"])
def test_keys_never_leave_the_folder(tmp_path, key):
    with pytest.raises(Invalid):
        LocalFiles(tmp_path / "files").path(key)
