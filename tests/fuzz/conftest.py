"""What the claim fuzzer spoils: a claim made by the command, from a page saved of the replica."""

from __future__ import annotations

import http.client
import json
import ssl
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "end_to_end"))

from whole_runs import BACKEND, PLAN, Elearn, Traces, few, state

from scrapers.replica import Replica

EARNED = 8  # rows that earn the first set's leave


@pytest.fixture(scope="session")
def claim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A claim folder on a saved page; never changed itself."""
    folder = tmp_path_factory.mktemp("c")
    (folder / "kept_in_a_file.py").write_text(BACKEND)
    with Replica(state(few(EARNED))) as replica:
        (folder / "頁.html").write_bytes(_saved(replica))
        env = {
            "ELEARN_REPLICA": replica.address,
            "ELEARN_REPLICA_KEY": replica.key,
            "PYTHON_KEYRING_BACKEND": "kept_in_a_file.Keyring",
            "PYTHONPATH": str(folder),
            "XDG_STATE_HOME": str(folder / "state"),
        }
        run = Elearn(folder / "home", env, Traces(folder))
        run.configure()
        imported = run("import", folder / "頁.html", "--json")
        assert imported.code == 0, imported.stdout
        made = run("claim", *PLAN, "--offline", "--json")
    assert made.code == 0, made.stdout + made.stderr
    return Path(json.loads(made.stdout)["claim"]["folder"])


def _saved(replica: Replica) -> bytes:
    """The record page of 2023 as somebody logged in sees it, fetched without a browser."""
    replica.sessions["of-a-test"] = replica.state.accounts[0]
    client = http.client.HTTPSConnection(
        *replica.address.split(":"), context=ssl._create_unverified_context()
    )
    headers = {"Host": "elearn.hrd.gov.tw", "Cookie": "PHPSESSID=of-a-test"}
    client.request("GET", "/mooc/user/learn_stat.php?curYear=2023", headers=headers)
    answer = client.getresponse().read()
    client.close()
    return answer
