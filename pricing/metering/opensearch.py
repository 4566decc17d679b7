"""Amazon OpenSearch Service: data nodes with a volume each, masters, warm nodes; Serverless capacity units."""

from __future__ import annotations

from collections.abc import Iterator

from model.kinds.opensearch import OpenSearch, OpenSearchServerless
from model.quantity import some_positive
from model.units import HOURS_PER_MONTH
from pricing.metering.site import Metered, Site, Unpriced, Usage


def meter_opensearch(site: Site[OpenSearch]) -> Iterator[Usage]:
    """Every node by the hour of its class; the volume, its IOPS and its throughput are per data node.

    Source: Amazon OpenSearch Service pricing page.
    """
    domain = site.component
    nodes, masters = site.value(domain.nodes), site.value(domain.masters)
    yield Metered(f"opensearch.{domain.instance_class}", nodes * HOURS_PER_MONTH, "data nodes")
    if some_positive(masters):
        meter = f"opensearch.{domain.master_class or domain.instance_class}"
        yield Metered(meter, masters * HOURS_PER_MONTH, "dedicated masters")
    yield Metered(f"opensearch.ebs.{domain.volume}", nodes * site.value(domain.volume_gb), "of each data node")
    if some_positive(site.value(domain.iops)):
        yield Metered(f"opensearch.iops.{domain.volume}", nodes * site.value(domain.iops))
    if some_positive(site.value(domain.throughput_mbps)):
        yield Metered(f"opensearch.throughput.{domain.volume}", nodes * site.value(domain.throughput_mbps))
    yield from _warm(site)


def _warm(site: Site[OpenSearch]) -> Iterator[Usage]:
    domain = site.component
    if some_positive(site.value(domain.warm_nodes)):
        if domain.warm_class is None:
            yield Unpriced("warm nodes", "their class is not stated")
        else:
            yield Metered(f"opensearch.{domain.warm_class}", site.value(domain.warm_nodes) * HOURS_PER_MONTH)
    if some_positive(site.value(domain.warm_gb)):
        yield Metered("opensearch.ultrawarm.storage", site.value(domain.warm_gb))


def meter_opensearch_serverless(site: Site[OpenSearchServerless]) -> Iterator[Usage]:
    """Capacity units for indexing and for search by the hour, and the stored index.

    Source: Amazon OpenSearch Service pricing page, Serverless.
    """
    units = site.value(site.component.indexing_ocus) + site.value(site.component.search_ocus)
    yield Metered("opensearch.serverless.ocu", units * HOURS_PER_MONTH)
    yield Metered("opensearch.serverless.storage", site.value(site.component.index_gb))
