"""`elearn notify`: addresses live in the keyring and are never shown; a run that is stopped early is told."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from notice_samples import BACKEND, NOW, QUIET
from stored_homes import CONFIG, REPLICA_ENV, demo_records, new_home, save

from agent.access.credentials import Keyring
from agent.notices.addresses import add_address
from agent.store import Store
from rules.errors import ConfigError
from scrapers.mode import Mode


@pytest.fixture
def env(tmp_path) -> dict[str, str]:
    """The world of a replica, with a keyring in a file."""
    (tmp_path / "backend").mkdir()
    (tmp_path / "backend" / "kept_in_a_file.py").write_text(BACKEND)
    places = (tmp_path / "backend", *Path(__file__).parents[1:3])
    return {
        **REPLICA_ENV,
        "PYTHON_KEYRING_BACKEND": "kept_in_a_file.Keyring",
        "PYTHONPATH": os.pathsep.join(map(str, places)),
        "KEPT_IN_A_FILE": str(tmp_path / "kept.json"),
    }


def test_an_address_is_added_tried_listed_and_removed_and_never_shown(
    run_elearn, env, elearn_home, inbox, tmp_path
):
    (elearn_home / "config.toml").write_text(QUIET, "utf-8")
    runs = [run_elearn("notify", "add", "--address-stdin", "--json", input=f"{inbox.address}\n", env=env)]
    assert runs[0].json() == {"services": [{"number": 1, "name": "JSON", "scheme": "json"}]}
    runs.append(run_elearn("notify", "test", "--json", env=env))
    assert runs[-1].json() == {"reached": ["JSON"], "failed": []}
    assert inbox.said == ["這是一則試送的通知。"]
    runs.append(run_elearn("notify", "list", env=env))
    assert runs[-1].stdout == "1　JSON（json://…）\n桌面通知：關\n"
    inbox.works = False
    runs.append(run_elearn("notify", "test", "--json", env=env))
    assert (runs[-1].code, runs[-1].json()["error"]["kind"]) == (12, "unavailable")
    runs.append(run_elearn("notify", "remove", "2", env=env))
    assert (runs[-1].code, "現有：1。" in runs[-1].stderr) == (2, True)
    runs.append(run_elearn("purge", env=env, input=""))
    assert "密碼保管功能：通知網址" in runs[-1].stdout + runs[-1].stderr
    runs.append(run_elearn("notify", "remove", "1", "--json", env=env))
    assert runs[-1].json() == {"services": []}
    assert (tmp_path / "kept.json").read_text() == "{}"
    assert not any("a-secret-path" in each.stdout + each.stderr for each in runs)
    kept = [path for path in elearn_home.rglob("*") if path.is_file()]
    assert not any(b"a-secret-path" in path.read_bytes() for path in kept)


def test_what_is_no_address_is_refused_without_repeating_it(run_elearn, env):
    done = run_elearn("notify", "add", "--address-stdin", input="foo://bar\n", env=env)
    assert (done.code, "foo" in done.stdout + done.stderr) == (2, False)


@pytest.mark.parametrize("given", ["nothing", "https-//x", "file:///etc/passwd", ""])
def test_only_services_that_reach_somebody_are_taken(home, given):
    with pytest.raises(ConfigError) as refused:
        add_address(Keyring(Mode(*REPLICA_ENV.values())), given)
    assert not given or given not in refused.value.message


def test_a_run_that_is_stopped_before_a_browser_opens_is_told(run_elearn, env, elearn_home, inbox, tmp_path):
    """`sync` with a refused password: 10 twice, one notice in the ledger."""
    home = new_home(elearn_home, CONFIG + QUIET)
    save(home, demo_records(), datetime.now(UTC))
    with Store.open(home.database) as store:
        entry = store.submit_attempt("ecpa", "", "replica", NOW)
        store.answer_attempt(entry, "refused", NOW)
    stored = {"account": "demo-tester", "password": "x", "key": "00"}
    kept = {"elearn-agent-replica/ecpa": json.dumps(stored)}
    (tmp_path / "kept.json").write_text(json.dumps(kept))
    assert [run_elearn("sync", env=env).code for _ in range(2)] == [10, 10]
    with Store.open(home.database) as store:
        told = [each.key for each in store.notices() if each.kind == "person"]
    assert told == [f"person:refused:attempt {entry}"]
    assert not (home.runs / "notices.log").exists()


def test_the_addresses_live_in_the_keyring_of_the_system(run_elearn, env, elearn_home, inbox):
    """With the private Secret Service of `make test`: the real one takes and gives them."""
    if not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        real = {**env, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
        done = run_elearn("notify", "add", "--address-stdin", input=f"{inbox.address}\n", env=real)
        assert (done.code, "密碼" in done.stderr) == (16, True)
        return
    (elearn_home / "config.toml").write_text(QUIET, "utf-8")
    real = {**env, "PYTHON_KEYRING_BACKEND": None}
    assert run_elearn("notify", "add", "--address-stdin", input=f"{inbox.address}\n", env=real).code == 0
    assert run_elearn("notify", "test", "--json", env=real).json()["reached"] == ["JSON"]
    assert run_elearn("notify", "remove", "--all", "--json", env=real).json() == {"services": []}
