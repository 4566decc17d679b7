"""TLS is verified: a host whose certificate nobody vouches for is not driven."""

import datetime
import ipaddress
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from loadtests.generator import generator
from loadtests.plan import Plan, Request
from tests.loadtests.serving import Asked, always, serving

x509 = pytest.importorskip("cryptography.x509")


@pytest.fixture
def untrusted(tmp_path: Path) -> Iterator[tuple[str, list[Asked]]]:
    """An HTTPS server with a certificate of its own making; its address, and what it was asked."""
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with serving(always(), context) as served:
        yield served


def test_a_certificate_that_nobody_vouches_for_is_an_error(
    make_plan: Callable[..., Plan], untrusted: tuple[str, list[Asked]]
) -> None:
    """No request reaches the server, and the cause names the certificate's failure."""
    host, asked = untrusted
    request = Request(endpoint="r", method="GET", path="/secret", share=1.0)
    plan = make_plan(rate_per_s=20, duration_s=1, requests=(request,), most_error_share=1.0)
    with generator(plan, host, auth_header="Authorization: Bearer secret") as started:
        seen = started.finished().whole()
    assert asked == []
    assert seen.times.count == 0
    assert seen.failed == seen.ended > 0
    assert all("certificate" in cause.lower() or "ssl" in cause.lower() for cause in seen.errors), seen.errors
