"""Settings: built once by the command line, passed down. Nothing reads the environment at import."""

import difflib
import os
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, FilePath, SecretStr, StringConstraints, TypeAdapter, ValidationError, field_validator
from pydantic_core import SchemaError
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.errors import LeadlineError

PREFIX = "LEADLINE_"
SECRET_PREFIX = PREFIX + "SECRET_"


class Settings(BaseSettings):
    """INTERFACE.md names these; durations are seconds, sizes bytes."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True)

    home: Path = Path(".leadline")
    kafka: str | None = None
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None = None
    kafka_sasl_username: str | None = None
    kafka_sasl_password: SecretStr | None = None
    kafka_ssl_cafile: FilePath | None = None
    kafka_ssl_certfile: FilePath | None = None
    kafka_ssl_keyfile: FilePath | None = None
    kafka_partitions: int = Field(default=1, ge=1)
    kafka_replication: int = Field(default=1, ge=1)
    broker: str = "127.0.0.1:9092"
    warehouse: str = "warehouse.duckdb"
    receiver: str = "127.0.0.1:8400"
    api: str = "127.0.0.1:8401"
    dashboard: str = "127.0.0.1:8402"
    api_tokens: SecretStr | None = None
    catalog: str = ""
    """Folders of catalog-info.yaml, separated by the path separator or commas."""
    timezone: str = "UTC"
    ladder: str = "platform"
    profile: str = "leadline"
    production_pattern: str = r"^(prod|production|live)([-_/ ].*)?$"
    hotfix_branch_pattern: str = r"^hotfix/"
    hotfix_label: str = "hotfix"
    incident_window_hours: float = Field(default=24, ge=0, le=10 * 366 * 24)
    max_body_bytes: int = Field(default=25 * 1024 * 1024, ge=1024)
    spool_max_bytes: int = Field(default=2 * 1024**3, ge=1024)
    show_handles: bool = True
    people_key: SecretStr | None = None
    """Keys the hash of people; made once and kept in the home folder where it isn't set."""
    allow_unsigned: bool = False
    """Development only: takes deliveries of sources that have no secret. Said loudly at start."""
    watchdog_seconds: float = Field(default=60, gt=0)
    log_format: Literal["console", "json"] = "console"

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"{value!r} is no time zone, such as Europe/Oslo") from None
        return value

    @field_validator("warehouse")
    @classmethod
    def _file(cls, value: str) -> str:
        if value.startswith("ducklake:"):
            raise ValueError("DuckLake is not supported yet: name a file")
        return value

    @field_validator("production_pattern", "hotfix_branch_pattern")
    @classmethod
    def _regular_expression(cls, value: str) -> str:
        try:
            re.compile(value)
            TypeAdapter(Annotated[str, StringConstraints(pattern=value)])  # without what DuckDB lacks too: (?!…), \\1
        except (re.error, SchemaError) as error:
            why = str(error).splitlines()[-1].strip()
            raise ValueError(f"{value!r} is no regular expression here: {why}") from None
        return value

    @property
    def bootstrap(self) -> str:
        """Where Kafka answers: yours, else its own node."""
        return self.kafka or self.broker

    @property
    def warehouse_path(self) -> Path:
        """The DuckDB file; a relative name lies in the home folder."""
        return self.home / self.warehouse

    @property
    def catalog_folders(self) -> list[Path]:
        return [Path(part) for part in self.catalog.replace(",", os.pathsep).split(os.pathsep) if part]

    def secrets(self, source: str, environ: dict[str, str] | None = None) -> list[str]:
        """The secrets of a source, newest first: `LEADLINE_SECRET_<SOURCE>` or `…_FILE`. Empty: fail closed."""
        env = os.environ if environ is None else environ
        name = SECRET_PREFIX + source.upper()
        text = env.get(name, "")
        if not text and (file := env.get(name + "_FILE")):
            try:
                text = Path(file).read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise LeadlineError(f"{name}_FILE names {file}, which can't be read: {error}") from None
        return [part.strip() for line in text.splitlines() for part in line.split(",") if part.strip()]


def load_settings(config: Path | None = None, **overrides: Any) -> Settings:
    """Settings from `overrides`, the environment, then `leadline.toml` (in the home folder, or `config`).

    Raises LeadlineError naming the key that is unknown (and the nearest known one) or wrong.
    """
    home = Path(overrides.get("home") or os.environ.get(PREFIX + "HOME") or ".leadline")
    path = config or home / "leadline.toml"
    values: dict[str, Any] = {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        if config:
            raise LeadlineError(f"there is no configuration file {config}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LeadlineError(f"{path} is not TOML: {error}") from None
    except OSError as error:  # also of a folder that may not be looked into
        raise LeadlineError(f"{path} can't be read: {error.strerror}", "name a file of settings") from None
    known = set(Settings.model_fields)
    for key in values:
        _refuse_unknown(key, known, str(path))
    for name, value in os.environ.items():
        if name.startswith(PREFIX) and not name.startswith(SECRET_PREFIX):
            key = name.removeprefix(PREFIX).lower()
            _refuse_unknown(key, known, "the environment", shown=name)
            if value:  # an empty one is as none
                values.pop(key, None)
    try:
        return Settings(**(values | {k: v for k, v in overrides.items() if v is not None}))
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise LeadlineError(
            f"setting {key}: {first['msg']}", f"see {PREFIX}{key.upper()} in docs/settings.md"
        ) from None


def refuse_unknown_secrets(sources: Sequence[str]) -> None:
    """Raises LeadlineError where the environment holds the secret of a source that isn't among `sources`."""
    known = {source + end for source in sources for end in ("", "_file")}
    for name in os.environ:
        if name.startswith(SECRET_PREFIX):
            source = name.removeprefix(SECRET_PREFIX).lower()
            _refuse_unknown(source, known, "the environment", shown=name, prefix=SECRET_PREFIX)


def _refuse_unknown(key: str, known: set[str], where: str, shown: str | None = None, prefix: str = PREFIX) -> None:
    if key in known:
        return
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.0)[0]
    name = prefix + near.upper() if shown else near
    raise LeadlineError(f"unknown setting {shown or key} in {where}", f"did you mean {name}?")
