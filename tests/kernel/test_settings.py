import pytest

from jejo.kernel.errors import Invalid
from jejo.kernel.settings import local_path, read_settings


def test_flags_win_over_the_environment_which_wins_over_the_file(tmp_path):
    file = tmp_path / "jejo.toml"
    file.write_text('port = 1\nhost = "file"\nlanguage = "en"\n')
    settings = read_settings(
        {"JEJO_SETTINGS": str(file), "JEJO_PORT": "2", "JEJO_HOST": "environment"}, {"port": 3, "host": None}
    )
    assert (settings.port, settings.host, settings.language) == (3, "environment", "en")


def test_stores_live_below_home_unless_a_url_says_otherwise(tmp_path):
    settings = read_settings({"JEJO_HOME": str(tmp_path), "JEJO_LOG": "sqlite:////elsewhere/log.db"})
    assert local_path(settings.url("database")) == tmp_path / "jejo.db"
    assert local_path(settings.url("files")) == tmp_path / "files"
    assert str(local_path(settings.url("log"))) == "/elsewhere/log.db"


def test_unknown_and_unusable_settings_are_named(tmp_path):
    file = tmp_path / "jejo.toml"
    file.write_text("prot = 1\n")
    with pytest.raises(Invalid, match="unknown-setting"):
        read_settings({"JEJO_SETTINGS": str(file)})
    with pytest.raises(Invalid, match="bad-setting"):
        read_settings({"JEJO_PORT": "many"})
