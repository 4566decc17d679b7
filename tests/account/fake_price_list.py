"""A Price List of our own: products made from price rows and the entries behind them, asked over real HTTP.

moto has no Price List. This one answers `GetProducts` as AWS does: JSON 1.1, exact filters, pages of at most 100.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from account.price_list import REGION_PREFIXES, entry_of
from pricing.price_rows import Price

Product = dict[str, Any]
PAGE = 100


def product(
    service: str,
    usage_type: str,
    *tiers: tuple[str, str, str],
    family: str = "",
    sku: str = "SKU",
    unit: str = "Hrs",
    **attributes: str,
) -> Product:
    """One product of the list; tiers are (begin, end, USD) as the list writes them."""
    dimensions = {
        f"{sku}.T.{index}": {
            "unit": unit, "beginRange": begin, "endRange": end, "pricePerUnit": {"USD": usd}, "description": "",
        }
        for index, (begin, end, usd) in enumerate(tiers)
    }  # fmt: skip
    term = {"effectiveDate": "2027-01-01T00:00:00Z", "priceDimensions": dimensions, "termAttributes": {}}
    return {
        "product": {
            "productFamily": family,
            "sku": sku,
            "attributes": {"servicecode": service, "usagetype": usage_type, **attributes},
        },
        "serviceCode": service,
        "terms": {"OnDemand": {f"{sku}.T": term}},
        "version": "20270101000000",
        "publicationDate": "2027-01-01T00:00:00Z",
    }


def product_of(meter: str, rows: Iterable[Price], region: str, factor: float = 1.0) -> Product | None:
    """The product behind a meter at `factor` times its price; None when its usage type is a pattern of several."""
    entry = entry_of(meter)
    if entry is None or not entry.listed:
        return None
    usage_type = entry.usage_type.replace("[.]", ".")
    literal = re.sub(r"\\(.)", r"\1", usage_type)
    if re.search(r"[\[\]()?*|]", literal):
        return None
    units = float(entry.base_units)
    tiers = []
    for row in rows:
        usd = row.usd / row.per * units * factor
        end = "Inf" if row.tier_to == float("inf") else f"{row.tier_to / units:.10g}"
        tiers.append((f"{row.tier_from / units:.10g}", end, f"{usd:.14f}"))
    where = {"fromRegionCode" if entry.service_code == "AWSDataTransfer" else "regionCode": region}
    attributes = {name: values[-1] for name, values in entry.attributes.items()} | (where if entry.own_region else {})
    prefix = REGION_PREFIXES[region][0] if entry.own_region else ""
    return product(
        entry.service_code,
        prefix + literal,
        *tiers,
        family=entry.product_family,
        sku=meter.upper(),
        unit="unit",
        **attributes,
    )


@contextmanager
def price_list(products: Iterable[Product], refuse: Callable[[str], str | None] = lambda _: None) -> Iterator[str]:
    """A server with these products, until the end of the block; `refuse` gives an error code for a service's code."""
    held = list(products)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            code = refuse(asked["ServiceCode"])
            if code is not None:
                self._answer(400, {"__type": code, "message": "no"})
                return
            filters = [(item["Field"], item["Value"]) for item in asked.get("Filters", [])]
            found = [item for item in held if item["serviceCode"] == asked["ServiceCode"] and _fits(item, filters)]
            start = int(asked.get("NextToken", "0"))
            page: dict[str, Any] = {"FormatVersion": "aws_v1"}
            page["PriceList"] = [json.dumps(item) for item in found[start : start + PAGE]]
            if start + PAGE < len(found):
                page["NextToken"] = str(start + PAGE)
            self._answer(200, page)

        def _answer(self, status: int, body: dict[str, Any]) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing on standard error."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _fits(item: Product, filters: list[tuple[str, str]]) -> bool:
    attributes = {**item["product"]["attributes"], "productFamily": item["product"]["productFamily"]}
    return all(attributes.get(name) == value for name, value in filters)
