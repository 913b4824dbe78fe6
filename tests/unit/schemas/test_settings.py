"""Settings: defaults, everything that follows from them, and every problem at once."""

import base64
from pathlib import Path

import pytest

from lotproof.kernel.errors import InvalidInputError
from lotproof_schemas.settings import read_settings


def problems_of(env: dict[str, str]) -> dict[str, str]:
    with pytest.raises(InvalidInputError) as caught:
        read_settings(env)
    assert caught.value.code == "invalid_settings"
    return {problem.where: problem.code for problem in caught.value.problems}


def test_without_any_variable_everything_has_a_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))

    settings = read_settings({})

    assert settings.home == tmp_path / ".lotproof"
    assert settings.database_url == f"sqlite:///{tmp_path}/.lotproof/lotproof.sqlite3"
    assert settings.public_url == "http://localhost:8000"
    assert settings.log_origin == "localhost:8000/log"
    assert (settings.host, settings.port, settings.log_entries) == ("127.0.0.1", 8000, "members")
    assert (settings.master_key, settings.demo) == (None, False)
    assert settings.capture_limit == 200_000_000


def test_every_variable_is_read() -> None:
    key = bytes(range(32))

    settings = read_settings({
        "LOTPROOF_HOME": "/srv/lotproof",
        "LOTPROOF_DATABASE_URL": "postgresql+psycopg://farm@db/lotproof",
        "LOTPROOF_LOG_ORIGIN": "log.example.org/2026",
        "LOTPROOF_LOG_ENTRIES": "public",
        "LOTPROOF_CAPTURE_LIMIT_MB": "5",
        "LOTPROOF_PUBLIC_URL": "https://trace.example.org/",
        "LOTPROOF_HOST": "::1",
        "LOTPROOF_PORT": "9000",
        "LOTPROOF_MASTER_KEY": key.hex(),
        "LOTPROOF_DEMO": "true",
    })  # fmt: skip

    assert settings.home == Path("/srv/lotproof")
    assert settings.database_url == "postgresql+psycopg://farm@db/lotproof"
    assert settings.log_origin == "log.example.org/2026"
    assert settings.public_url == "https://trace.example.org"
    assert (settings.host, settings.port, settings.demo) == ("::1", 9000, True)
    assert settings.master_key == key
    assert settings.capture_limit == 5_000_000


def test_a_master_key_may_be_base64_of_either_alphabet() -> None:
    key = b"\xfb\xff" * 16

    for text in (base64.b64encode(key).decode(), base64.urlsafe_b64encode(key).decode()):
        assert read_settings({"LOTPROOF_MASTER_KEY": text}).master_key == key


def test_the_entries_of_the_demonstration_are_public_unless_said_otherwise() -> None:
    assert read_settings({"LOTPROOF_DEMO": "1"}).log_entries == "public"
    assert read_settings({"LOTPROOF_DEMO": "1", "LOTPROOF_LOG_ENTRIES": "members"}).log_entries == "members"


def test_a_variable_set_to_nothing_counts_as_not_set() -> None:
    assert read_settings({"LOTPROOF_PORT": "", "LOTPROOF_LOG_ORIGIN": ""}).port == 8000


def test_every_wrong_value_is_named_at_once_and_no_secret_is_repeated() -> None:
    env = {
        "LOTPROOF_DATABASE_URL": "mysql://root:hunter2@db/x",
        "LOTPROOF_LOG_ORIGIN": "https://example.org",
        "LOTPROOF_LOG_ENTRIES": "everyone",
        "LOTPROOF_PUBLIC_URL": "trace.example.org",
        "LOTPROOF_HOST": "a b",
        "LOTPROOF_PORT": "eight",
        "LOTPROOF_MASTER_KEY": "hunter2",
        "LOTPROOF_DEMO": "perhaps",
    }

    assert problems_of(env) == dict.fromkeys(env, "invalid_setting")
    with pytest.raises(InvalidInputError) as caught:
        read_settings(env)
    assert "hunter2" not in str(caught.value.as_dict())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOTPROOF_PORT", "0"),
        ("LOTPROOF_PORT", "65536"),
        ("LOTPROOF_PORT", "8000.5"),
        ("LOTPROOF_DATABASE_URL", "sqlite://"),
        ("LOTPROOF_DATABASE_URL", "sqlite:///"),
        ("LOTPROOF_DATABASE_URL", "sqlite:///:memory:"),
        ("LOTPROOF_DATABASE_URL", "postgresql://db/x"),
        ("LOTPROOF_DATABASE_URL", "lotproof.sqlite3"),
        ("LOTPROOF_LOG_ORIGIN", "two words"),
        ("LOTPROOF_LOG_ORIGIN", "a+b"),
        ("LOTPROOF_PUBLIC_URL", "https://"),
        ("LOTPROOF_PUBLIC_URL", "https://example.org:99999"),
        ("LOTPROOF_PUBLIC_URL", "https://example.org/?a=1"),
        ("LOTPROOF_PUBLIC_URL", "https://user:pass@example.org"),
        ("LOTPROOF_PUBLIC_URL", "javascript:alert(1)"),
        ("LOTPROOF_MASTER_KEY", "00" * 31),
        ("LOTPROOF_MASTER_KEY", "不" * 32),
    ],
)
def test_a_value_that_could_not_work_is_refused(name: str, value: str) -> None:
    assert problems_of({name: value}) == {name: "invalid_setting"}


def test_a_misspelt_name_is_refused_and_the_right_one_suggested() -> None:
    with pytest.raises(InvalidInputError, match="LOTPROOF_DATABASE_URL") as caught:
        read_settings({"LOTPROOF_DATABSE_URL": "sqlite:////tmp/x.db"})

    assert caught.value.problems[0].code == "unknown_setting"


def test_names_that_resemble_none_of_ours_are_left_alone() -> None:
    read_settings({"LOTPROOF_TEST_DATABASE_URL": "x", "LOTPROOF_SERVICE_HOST": "10.0.0.1", "PATH": "/bin"})


def test_the_environment_counts_before_the_file_of_the_work_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("LOTPROOF_PORT=9001\nLOTPROOF_HOST=0.0.0.0\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOTPROOF_PORT", "9002")
    monkeypatch.delenv("LOTPROOF_HOST", raising=False)

    settings = read_settings()

    assert (settings.host, settings.port) == ("0.0.0.0", 9002)


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    settings = read_settings({
        "LOTPROOF_MASTER_KEY": "ab" * 32,
        "LOTPROOF_DATABASE_URL": "postgresql+psycopg://farm:hunter2@db/lotproof",
    })  # fmt: skip

    assert "hunter2" not in repr(settings)
    assert "abab" not in repr(settings)
    assert r"\xab" not in repr(settings)


def test_a_demonstration_gives_out_numbers_under_the_prefix_of_examples() -> None:
    assert read_settings({"LOTPROOF_DEMO": "true"}).gln_prefix == "9520001"
    assert read_settings({"LOTPROOF_DEMO": "true", "LOTPROOF_GLN_PREFIX": "6901234"}).gln_prefix == "6901234"
    assert read_settings({}).gln_prefix is None
