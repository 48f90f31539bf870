"""A plan that comes with the agency's file is a plan of this home."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from rules import bundled

WORKED = Path(__file__).parent / "judging" / "worked_plans"
BUNDLED = Path(bundled.__file__).parent / "plans" / "kaohsiung-112.toml"


def agency_file(folder: Path, plan: Path) -> Path:
    """An agency's file with this plan beside it."""
    (folder / plan.name).write_text(plan.read_text("utf-8"), "utf-8")
    path = folder / "機關設定檔.toml"
    path.write_text(f'name = "示範區公所人事室"\nissued_on = 2023-06-01\nplans = ["{plan.name}"]\n', "utf-8")
    return path


def test_its_plan_stands_in_the_list_and_goes_with_the_file(
    run_elearn: Callable[..., Any], tmp_path: Path
) -> None:
    plan = sorted(WORKED.glob("*.toml"))[0]
    imported = run_elearn("agency", "import", agency_file(tmp_path, plan), "--yes")
    assert imported.code == 0, imported.stderr
    listed = {each["key"]: each["source"] for each in run_elearn("plan", "list", "--json").json()["plans"]}
    assert "agency" in listed.values()
    assert listed["kaohsiung-112"] == "bundled"
    assert run_elearn("agency", "clear", "--yes").code == 0
    assert {each["source"] for each in run_elearn("plan", "list", "--json").json()["plans"]} == {"bundled"}


def test_it_cannot_stand_in_for_a_bundled_plan(run_elearn: Callable[..., Any], tmp_path: Path) -> None:
    refused = run_elearn("agency", "import", agency_file(tmp_path, BUNDLED), "--yes", "--json")
    assert refused.code == 2
    assert "kaohsiung-112" in refused.json()["error"]["message"]
    assert run_elearn("agency", "show", "--json").json()["agency"] is None
