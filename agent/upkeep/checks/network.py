"""The way to the hosts: proxy, and who signs their certificates. Nothing is contacted unless asked for with `--online`."""

from __future__ import annotations

import os
import socket
import ssl
import urllib.request
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.x509.oid import NameOID

from agent import mode
from agent.upkeep.checks.check import FAIL, OK, WARN, Check
from scrapers import gateways, portals

# Where a machine is told of a further certificate authority: most often that of a proxy which reads what is encrypted.
_AUTHORITIES = (
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
)
_SECONDS = 10.0


def proxy() -> Check:
    """Whether the browser will go through a proxy."""
    proxies = urllib.request.getproxies()
    if not proxies:
        return Check("proxy", OK, "沒有設定代理伺服器。")
    names = "、".join(sorted(proxies))
    return Check(
        "proxy",
        WARN,
        f"設有代理伺服器（{names}）。",
        "若無法連線，請洽資訊單位確認代理伺服器允許平臺與登入網站。",
    )


def inspection(*, online: bool) -> Check:
    """Whether somebody between here and the hosts reads what is encrypted: by the environment, or by asking the hosts."""
    if online:
        return _asked()
    found = [name for name in _AUTHORITIES if os.environ.get(name)]
    if found:
        return Check(
            "tls",
            WARN,
            f"設有額外的憑證機構（{'、'.join(found)}），網路可能有 TLS 檢查。",
            "要看平臺與登入網站的憑證由誰簽發，請執行 elearn doctor --online（只建立加密連線，不登入）。",
        )
    return Check("tls", OK, "未連線檢查憑證；需要時執行 elearn doctor --online。")


def hosts() -> tuple[str, ...]:
    """The hosts a run goes to."""
    found = {portals.load().host}.union(*(gateways.load(key).hosts for key in gateways.names()))
    return tuple(sorted(found))


def _asked() -> Check:
    issuers: set[str] = set()
    for host in hosts():
        try:
            issuers.add(issuer(host, *_address(host)))
        except ssl.SSLCertVerificationError as why:
            name = _unverified(host)
            return Check(
                "tls",
                FAIL,
                f"「{host}」的憑證不受信任（由「{name}」簽發：{why.verify_message}），網路可能有 TLS 檢查。",
                "請勿在這個網路輸入密碼；請洽資訊單位，請其不要檢查這三個網站的連線。",
            )
        except OSError as why:
            return Check(
                "tls", FAIL, f"連不到「{host}」（{type(why).__name__}）。", "請確認網路連線與防火牆。"
            )
    return Check("tls", OK, f"{len(hosts())} 個網站的憑證有效，簽發者：{'、'.join(sorted(issuers))}。")


def _address(host: str) -> tuple[str, int]:
    """Where this host answers: the replica, a proxy, or itself."""
    world = mode.mode()
    if world.address is not None:
        name, _, port = world.address.rpartition(":")
        return name.strip("[]"), int(port)
    return host, 443


def issuer(host: str, name: str, port: int, *, verified: bool = True) -> str:
    """Who signed the certificate that `host` shows at this address. Raises ssl.SSLCertVerificationError and OSError."""
    context = ssl.create_default_context()
    if not verified:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    with _connected(host, name, port) as plain, context.wrap_socket(plain, server_hostname=host) as secure:
        shown = secure.getpeercert(binary_form=True)
    names = x509.load_der_x509_certificate(shown or b"").issuer
    for wanted in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
        if found := names.get_attributes_for_oid(wanted):
            return str(found[0].value)
    return names.rfc4514_string()


def _connected(host: str, name: str, port: int) -> socket.socket:
    """A connection to there; through the proxy of the environment where one is set for it."""
    through = urllib.request.getproxies().get("https")
    if name != host or not through or urllib.request.proxy_bypass(host):
        return socket.create_connection((name, port), _SECONDS)
    parts = urlsplit(through if "//" in through else f"//{through}")
    plain = socket.create_connection((parts.hostname or "", parts.port or 8080), _SECONDS)
    plain.sendall(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
    said = plain.recv(4096)
    if b" 200 " not in said.split(b"\r\n")[0]:
        plain.close()
        raise ConnectionRefusedError(f"proxy: {said[:60]!r}")
    return plain


def _unverified(host: str) -> str:
    try:
        return issuer(host, *_address(host), verified=False)
    except (OSError, ValueError):
        return "不明"
