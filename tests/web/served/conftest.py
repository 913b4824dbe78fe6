"""Two gunicorn processes for all tests here, as in production."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.cluster import Cluster, cluster
from support.databases import Databases

MAY_READ_FIGURES = "127.0.0.1,127.0.0.5"
PROXY = "127.0.0.1"


@pytest.fixture(scope="package")
def served(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two processes that believe a proxy at 127.0.0.1."""
    home = tmp_path_factory.mktemp("cluster")
    settings = {"LOTPROOF_METRICS_FROM": MAY_READ_FIGURES, "LOTPROOF_TRUSTED_PROXIES": PROXY}
    with databases.migrated("postgresql") as url, cluster(home, url, **settings) as running:
        yield running
