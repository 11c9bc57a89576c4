"""Where a release lies, apart from how it is made: names without DuckDB behind them."""

from dataclasses import dataclass
from pathlib import Path

DATABASE = "insights.duckdb"


@dataclass(frozen=True)
class ReleaseFolders:
    """Where the public database lies, and the private folder of its lock and log."""

    public: Path
    private: Path

    @property
    def database(self) -> Path:
        """The public database file."""
        return self.public / DATABASE
