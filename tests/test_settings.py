"""Settings: what wins, what is refused and how it says so, and the senders' secrets."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from models import addresses
from models.errors import LeadlineError
from models.settings import Settings, load_settings


def test_an_option_beats_the_environment_which_beats_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "leadline.toml").write_text('timezone = "Europe/Oslo"\nladder = "dora-2024"\nprofile = "strict"\n')
    monkeypatch.setenv("LEADLINE_LADDER", "platform")
    monkeypatch.setenv("LEADLINE_PROFILE", "other")
    settings = load_settings(home=tmp_path, profile="leadline")
    assert (settings.timezone, settings.ladder, settings.profile) == ("Europe/Oslo", "platform", "leadline")


def test_config_names_another_file(tmp_path: Path) -> None:
    config = tmp_path / "other.toml"
    config.write_text('kafka = "kafka.example.com:9092"')
    assert load_settings(config, home=tmp_path).bootstrap == "kafka.example.com:9092"


def test_its_own_node_is_where_others_look_for_it() -> None:
    assert Settings().bootstrap == Settings().broker == "127.0.0.1:9092"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('timezon = "UTC"', "unknown setting timezon .* did you mean timezone?"),
        ('timezone = "Mars/Olympus"', "setting timezone:"),
        ("kafka_partitions = 0", "setting kafka_partitions: .* docs/settings.md"),
        ("timezone = ", "is not TOML"),
        ('kafka_security_protocol = "TLS"', "setting kafka_security_protocol: .*'SASL_SSL'"),
        ('kafka_sasl_mechanism = "GSSAPI"', "setting kafka_sasl_mechanism: .*'SCRAM-SHA-512'"),
        ('kafka_ssl_cafile = "/none.pem"', "setting kafka_ssl_cafile: .*file"),
        ('production_pattern = "("', "setting production_pattern: .*no regular expression"),
        ('warehouse = "ducklake:x"', "setting warehouse: .*name a file"),
    ],
)
def test_a_wrong_file_is_one_clear_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "leadline.toml").write_text(text)
    with pytest.raises(LeadlineError, match=message) as raised:
        load_settings(home=tmp_path)
    assert "\n" not in str(raised.value)


def test_a_configuration_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.toml", Path(__file__) / "below.toml"):
        with pytest.raises(LeadlineError, match="there is no configuration file"):
            load_settings(path)


def test_a_configuration_that_is_no_file_is_one_clear_line(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / ("x" * 300)):  # root is refused no file: a name too long stands for those
        with pytest.raises(LeadlineError, match="can't be read"):
            load_settings(path)


@pytest.mark.parametrize("zone", ["America", "Nowhere/At_all", "/etc"])
def test_what_is_no_time_zone_is_refused(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADLINE_TIMEZONE", zone)
    with pytest.raises(LeadlineError, match="no time zone"):
        load_settings()


def test_an_empty_variable_is_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".leadline").mkdir()
    (tmp_path / ".leadline" / "leadline.toml").write_text('ladder = "dora-2023"\n')
    for name in ("HOME", "LADDER", "KAFKA_PARTITIONS"):
        monkeypatch.setenv(f"LEADLINE_{name}", "")
    found = load_settings()
    assert (found.home, found.ladder, found.kafka_partitions) == (Path(".leadline"), "dora-2023", 1)


def test_an_unknown_variable_names_the_nearest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADLINE_RECIEVER", "127.0.0.1:1")
    with pytest.raises(LeadlineError, match=r"LEADLINE_RECIEVER in the environment .* LEADLINE_RECEIVER"):
        load_settings(home=tmp_path)


def test_secrets_are_rotated_by_commas_and_lines(tmp_path: Path) -> None:
    assert Settings().secrets("github", {"LEADLINE_SECRET_GITHUB": "new, old\nolder"}) == ["new", "old", "older"]
    file = tmp_path / "secret"
    file.write_text("from-file\n")
    assert Settings().secrets("github", {"LEADLINE_SECRET_GITHUB_FILE": str(file)}) == ["from-file"]
    assert Settings().secrets("github", {}) == []


def test_a_secret_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LeadlineError, match=r"LEADLINE_SECRET_GITHUB_FILE names .* can't be read"):
        Settings().secrets("github", {"LEADLINE_SECRET_GITHUB_FILE": str(tmp_path / "none")})


def test_a_secret_is_never_shown() -> None:
    settings = Settings(kafka_sasl_password=SecretStr("hidden-word"), api_tokens=SecretStr("hidden-word"))
    assert "hidden-word" not in repr(settings)


@pytest.mark.parametrize("text", ["8400", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:http"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(LeadlineError, match="is not an address"):
        addresses.split(text)
