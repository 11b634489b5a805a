"""Which engine looks, as the operator names it."""

from pathlib import Path

import pytest

from facts.errors import SetupError
from runtime.cluster.address import ClusterAddress, cluster_from


def test_this_machine_looks_unless_another_engine_is_named() -> None:
    assert cluster_from({}) is None
    assert cluster_from({"XUESHI_ENGINE": "local"}) is None


def test_a_cluster_is_named_by_its_scheduler_and_the_certificates() -> None:
    named = {"XUESHI_ENGINE": "dask+tls://scheduler:8786", "XUESHI_ENGINE_CERTIFICATES": "/certificates"}
    found = cluster_from(named)
    assert found == ClusterAddress("scheduler", 8786, Path("/certificates"))
    assert (found.tls, str(found)) == ("tls://scheduler:8786", "dask+tls://scheduler:8786")


@pytest.mark.parametrize(
    "engine", ["dask+tcp://scheduler:8786", "tls://scheduler:8786", "dask+tls://scheduler", "dask+tls://:8786", "ray"]
)
def test_an_engine_without_tls_or_without_a_port_is_refused(engine: str) -> None:
    with pytest.raises(SetupError, match=r"expected local or dask\+tls://HOST:PORT"):
        cluster_from({"XUESHI_ENGINE": engine, "XUESHI_ENGINE_CERTIFICATES": "/certificates"})


def test_a_cluster_without_certificates_is_refused() -> None:
    with pytest.raises(SetupError, match="xueshi cluster certificates"):
        cluster_from({"XUESHI_ENGINE": "dask+tls://scheduler:8786"})
