"""A certificate for the hosts, good for one run, and the hash by which a browser is told to trust it."""

from __future__ import annotations

import base64
import hashlib
import ssl
import tempfile
from pathlib import Path

import trustme
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_pem_x509_certificate


def certificate(hosts: tuple[str, ...]) -> tuple[ssl.SSLContext, str]:
    """The server's side of TLS for these hosts, and base64 of the SHA-256 of its public key, as Chromium's switch wants it.

    Each call makes a key of its own, which nobody trusts but a browser that was told its hash.
    """
    leaf = trustme.CA().issue_cert(*hosts)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    chain_pem = b"".join(each.bytes() for each in leaf.cert_chain_pems)
    with tempfile.TemporaryDirectory() as folder:  # private to this user, gone in a moment
        chain = Path(folder) / "chain.pem"
        chain.write_bytes(leaf.private_key_pem.bytes() + chain_pem)
        context.load_cert_chain(chain)
    found = load_pem_x509_certificate(leaf.cert_chain_pems[0].bytes())
    key = found.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return context, base64.b64encode(hashlib.sha256(key).digest()).decode()
