"""The keyring: which back ends are trusted, each trouble by its own sentence, no call without an end, a real Secret Service."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keyring
import keyring.errors
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null

from agent.access import keyring_trouble, secret_service
from agent.access.credentials import Keyring
from agent.errors import NoCredential
from scrapers.credential import Credential
from scrapers.mode import REAL, Mode

REPLICA = Mode("127.0.0.1:9", "k")
PASSWORD = "pä ss+測試%21"


def backend(module: str, **acts: Any) -> KeyringBackend:
    """A back end that says it is of this module; its acts stand in for the system's."""
    kept: dict[tuple[str, str], str] = {}
    plain: dict[str, Any] = {
        "get_password": lambda self, service, name: kept.get((service, name)),
        "set_password": lambda self, service, name, value: kept.__setitem__((service, name), value),
        "delete_password": lambda self, service, name: kept.pop((service, name)) and None,
    }
    made: KeyringBackend = type("Keyring", (), {**plain, **acts, "__module__": module, "kept": kept})()
    return made


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Callable[[KeyringBackend], None]:
    """`use(backend)`: what the keyring library gives."""
    return lambda chosen: monkeypatch.setattr(keyring, "get_keyring", lambda: chosen)


# -- which back ends ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", ["SecretService", "libsecret", "kwallet", "macOS", "Windows"])
def test_the_keyrings_of_the_systems_are_trusted(use: Any, module: str) -> None:
    use(backend(f"keyring.backends.{module}"))
    one = Keyring(REAL)
    one.write("ecpa", Credential("demo-tester", PASSWORD))
    assert one.read("ecpa") == Credential("demo-tester", PASSWORD)
    assert one.held(("ecpa", "egov")) == ("ecpa",)
    assert one.clear("ecpa")
    assert one.account("ecpa") is None


REFUSED = [
    (null.Keyring(), "不保存"),
    (backend("keyrings.alt.file"), "明文"),
    (backend("keyring.backends.SecretServiceLookAlike"), "明文"),
    (backend("evil.keyring.backends.SecretService"), "明文"),
    (backend("builtins"), "明文"),
]


@pytest.mark.parametrize(("chosen", "said"), REFUSED, ids=lambda each: type(each).__module__)
def test_what_drops_secrets_or_keeps_them_in_clear_is_refused_on_the_real_hosts(
    use: Any, chosen: KeyringBackend, said: str
) -> None:
    use(chosen)
    with pytest.raises(NoCredential) as refused:
        Keyring(REAL).write("ecpa", Credential("demo-tester", PASSWORD))
    assert said in refused.value.message
    assert PASSWORD not in refused.value.message + refused.value.remedy
    assert not getattr(chosen, "kept", None)


def test_in_replica_mode_any_keyring_that_keeps_is_good_enough(use: Any) -> None:
    use(backend("kept_in_a_file"))
    Keyring(REPLICA).write("ecpa", Credential("demo-tester", PASSWORD))
    assert Keyring(REPLICA).account("ecpa") == "demo-tester"


def test_of_several_the_trusted_one_is_taken(use: Any) -> None:
    good, bad = backend("keyring.backends.kwallet"), backend("keyrings.alt.file")
    chain = backend("keyring.backends.chainer", backends=[bad, good])
    use(chain)
    Keyring(REAL).write("ecpa", Credential("demo-tester", PASSWORD))
    assert (len(good.kept), len(bad.kept)) == (1, 0)  # type: ignore[attr-defined]


def test_real_and_replica_never_share_an_entry(use: Any) -> None:
    use(backend("keyring.backends.macOS"))
    Keyring(REAL).write("ecpa", Credential("demo-tester", PASSWORD))
    assert Keyring(REPLICA).account("ecpa") is None


def test_on_windows_the_entry_stays_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real back end over a fake of the system's credential store: what is written is for this machine only (2)."""
    from keyring.backends import Windows

    written: list[dict[str, Any]] = []

    class Missing(Exception):
        winerror, funcname = 1168, "CredRead"

    def read(Type: int, TargetName: str) -> dict[str, Any]:  # noqa: N803 - as the system names them
        found = [each for each in written if each["TargetName"] == TargetName]
        if not found:
            raise Missing
        return {**found[-1], "CredentialBlob": found[-1]["CredentialBlob"].encode("utf-16")}

    store = types.SimpleNamespace(
        CRED_TYPE_GENERIC=1,
        CRED_PERSIST_SESSION=1,
        CRED_PERSIST_LOCAL_MACHINE=2,
        CRED_PERSIST_ENTERPRISE=3,
        CredRead=read,
        CredWrite=lambda credential, flags: written.append(credential),
    )
    monkeypatch.setattr(Windows, "win32cred", store, raising=False)
    monkeypatch.setattr(Windows, "pywintypes", types.SimpleNamespace(error=Missing), raising=False)
    monkeypatch.setattr(
        keyring, "get_keyring", lambda: Windows.WinVaultKeyring.__new__(Windows.WinVaultKeyring)
    )
    Keyring(REAL).write("ecpa", Credential("demo-tester", PASSWORD))
    Keyring(REAL).new_session_key("x" * 44)
    assert [each["Persist"] for each in written if each["UserName"] == "ecpa"] == [
        2,
        2,
    ]  # moved aside, still local
    assert {each["Persist"] for each in written} == {2}
    assert Keyring(REAL).read("ecpa").password == PASSWORD


# -- each trouble its own sentence -----------------------------------------------------------------------------------


def raising(error: BaseException) -> Callable[..., Any]:
    def act(*_: Any) -> Any:
        raise error

    return act


TROUBLE = [
    (keyring.errors.KeyringLocked("x"), "已鎖定"),
    (keyring.errors.InitError("x"), "InitError"),
    (OSError("secret in here"), "OSError"),
]


@pytest.mark.parametrize(("error", "said"), TROUBLE, ids=lambda each: type(each).__name__)
@pytest.mark.parametrize("act", ["get_password", "set_password", "delete_password"])
def test_each_trouble_ends_in_16_with_its_own_sentence(
    use: Any, act: str, error: BaseException, said: str
) -> None:
    chosen = backend("keyring.backends.SecretService", **{act: raising(error)})
    chosen.kept[("elearn-agent", "ecpa")] = json.dumps({"account": "a", "password": "p", "key": "k"})  # type: ignore[attr-defined]
    use(chosen)
    one = Keyring(REAL)
    work: dict[str, Callable[[], object]] = {
        "get_password": lambda: one.read("ecpa"),
        "set_password": lambda: one.write("ecpa", Credential("a", "p")),
        "delete_password": lambda: one.clear("ecpa"),
    }
    with pytest.raises(NoCredential) as stopped:
        work[act]()
    assert (stopped.value.code, stopped.value.kind) == (16, "no_credential")
    assert said in stopped.value.message
    assert "secret" not in stopped.value.message


def test_a_keyring_that_asks_the_person_and_waits_ends_in_time(
    use: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As macOS does after an update, or a Linux desktop that asks to unlock."""
    release = threading.Event()
    monkeypatch.setattr(keyring_trouble, "UNWATCHED", 0.2)
    monkeypatch.setattr(keyring_trouble, "WATCHED", 0.2)
    use(backend("keyring.backends.macOS", get_password=lambda *_: release.wait(30)))
    began = time.monotonic()
    with pytest.raises(NoCredential) as stopped:
        Keyring(REAL).read("ecpa")
    assert time.monotonic() - began < 5
    assert "回應" in stopped.value.message
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(NoCredential) as asked_again:
        Keyring(REAL).read("ecpa")
    assert "macOS 會再詢問一次" in asked_again.value.message
    release.set()


def test_a_keyring_that_hangs_while_it_is_looked_for_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    monkeypatch.setattr(keyring_trouble, "UNWATCHED", 0.2)
    monkeypatch.setattr(keyring_trouble, "WATCHED", 0.2)
    monkeypatch.setattr(keyring, "get_keyring", lambda: release.wait(30))
    with pytest.raises(NoCredential) as stopped:
        Keyring(REAL).account("ecpa")
    assert "回應" in stopped.value.message
    release.set()


def test_no_bus_and_no_keyring_are_told_apart(
    use: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    use(fail.Keyring())
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with pytest.raises(NoCredential) as no_bus:
        Keyring(REAL).account("ecpa")
    assert "session bus" in no_bus.value.message
    (tmp_path / "bus").touch()
    with pytest.raises(NoCredential) as missing:
        Keyring(REAL).account("ecpa")
    assert "Secret Service" in missing.value.remedy
    assert no_bus.value.message != missing.value.message


# -- a Secret Service that another program writes to -------------------------------------------------------------------


class ItemNotFoundException(Exception):
    """As the library behind the back end names an object that the bus does not know."""


def no_collection() -> Exception:
    why = keyring.errors.InitError("Failed to create the collection")
    why.__cause__ = ItemNotFoundException()
    return why


MOMENTS = [
    ("an item is gone for a moment", [ItemNotFoundException()] * 3, 4, "demo-tester"),
    ("the collection is gone for a moment", [no_collection()] * 3, 4, "demo-tester"),
    ("there is no collection", [no_collection()] * 999, None, None),
    ("an item stays gone", [ItemNotFoundException()] * 999, None, "ItemNotFoundException"),
    ("another trouble is told at once", [keyring.errors.InitError("x")], 1, "InitError"),
]


@pytest.mark.parametrize(
    ("errors", "asked", "given"), [line[1:] for line in MOMENTS], ids=[line[0] for line in MOMENTS]
)
def test_what_is_gone_for_a_moment_is_asked_for_again(
    use: Any, monkeypatch: Any, errors: list[Exception], asked: int | None, given: str | None
) -> None:
    """Never by having the system create a keyring: the default one is opened by its address."""
    monkeypatch.setattr(secret_service, "PATIENCE", 0.3)
    calls: list[object] = []

    def get(self: KeyringBackend, service: str, name: str) -> str:
        calls.append(vars(self).get("preferred_collection"))
        if len(calls) <= len(errors):
            raise errors[len(calls) - 1]
        return json.dumps({"account": "demo-tester", "password": PASSWORD, "key": "k"})

    chosen = backend("keyring.backends.SecretService", get_password=get)
    use(chosen)
    try:
        found: str | None = Keyring(REAL).account("ecpa")
    except NoCredential as why:
        found = why.message
    assert (found is None) is (given is None)
    assert (given or "") in (found or "")
    assert set(calls) == {"/org/freedesktop/secrets/aliases/default"}
    assert len(calls) == asked or (asked is None and len(calls) > 2)
    assert not vars(chosen)  # the library's own back end, which others in this process ask too, is as it was


def test_a_collection_of_the_person_s_choice_is_the_one_that_is_asked(use: Any, monkeypatch: Any) -> None:
    """KEYRING_PROPERTY_PREFERRED_COLLECTION; where it is missing, that is no empty keyring."""
    monkeypatch.setattr(secret_service, "PATIENCE", 0.2)

    def get(self: Any, service: str, name: str) -> str:
        assert self.preferred_collection == "/own"
        raise no_collection()

    use(backend("keyring.backends.SecretService", get_password=get, preferred_collection="/own"))
    with pytest.raises(NoCredential, match="InitError"):
        Keyring(REAL).account("ecpa")


# -- a real Secret Service -------------------------------------------------------------------------------------------

ROUND_TRIP = """
from agent.access.credentials import Keyring
from scrapers.credential import Credential
from scrapers.mode import REAL
one, given = Keyring(REAL), Credential("demo-測試", "pä ss+測試%21")
print(one.backend_name())
one.write("egov", given)
first = one.fingerprint("egov")
print(one.read("egov") == given, one.held(("ecpa", "egov")), len(first))
one.write("egov", given)
print(one.fingerprint("egov") != first)
print(one.forget("egov"), one.held(("ecpa", "egov")))
"""
NO_COLLECTION = """
import secretstorage
from secretstorage.util import DBusAddressWrapper
from agent.access.credentials import Keyring
from scrapers.credential import Credential
from scrapers.mode import REAL
bus = secretstorage.dbus_init()
service = DBusAddressWrapper("/org/freedesktop/secrets", "org.freedesktop.Secret.Service", bus)
service.call("SetAlias", "so", "default", "/")
one = Keyring(REAL)
print(one.account("ecpa"), one.held(("ecpa",)))
one.write("ecpa", Credential("demo-測試", "x"))
print(one.account("ecpa"), one.held(("ecpa",)))
"""
LOCKED = """
import secretstorage, subprocess, sys
secretstorage.get_default_collection(secretstorage.dbus_init()).lock()
done = subprocess.run([sys.executable, "-m", "agent", "credentials", "status", "--json"], stdin=subprocess.DEVNULL)
print(done.returncode)
"""


def in_a_service_of_its_own(script: str, home: Path) -> str:
    """What a script says that runs on a private bus, beside an unlocked empty keyring."""
    room = Path(__file__).parents[1] / "scripts" / "with-secret-service"
    done = subprocess.run(
        [room, sys.executable, "-c", script],
        cwd=room.parent.parent,
        env={**os.environ, "ELEARN_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout


def test_the_real_secret_service_keeps_and_forgets(tmp_path: Path) -> None:
    """Entered anew, even the same value, it has another fingerprint: a person acted."""
    assert in_a_service_of_its_own(ROUND_TRIP, tmp_path).splitlines() == [
        "keyring.backends.SecretService.Keyring",
        "True ('egov',) 64",
        "True",
        "True ()",
    ]


def test_without_a_default_keyring_there_is_no_entry_until_one_is_kept(tmp_path: Path) -> None:
    """As on a machine that logs in by itself: reading asks nobody for a new keyring, keeping the first password does."""
    assert in_a_service_of_its_own(NO_COLLECTION, tmp_path).splitlines() == [
        "None ()",
        "demo-測試 ('ecpa',)",
    ]


def test_a_locked_secret_service_is_16_with_its_sentence_and_no_hang(tmp_path: Path) -> None:
    """The command in a session whose keyring was locked meanwhile: a sentence within seconds."""
    began = time.monotonic()
    said = in_a_service_of_its_own(LOCKED, tmp_path).splitlines()
    assert said[-1] == "16", said
    error = json.loads("\n".join(said[:-1]))["error"]
    assert error["kind"] == "no_credential"
    assert "鎖定" in error["message"]
    assert time.monotonic() - began < 60
