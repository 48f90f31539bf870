"""The checkout can be built, set up and published: lock, targets, wheel, and nothing private in a tracked file."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("agent", "scrapers", "rules")
TARGETS = ("setup", "demo", "test", "check", "bench", "soak", "lock")

# Written in pieces, so that this file does not hold what it looks for.
ADDRESSES = re.compile(
    "|".join(
        ["pypi" + r"\.org", "python" + r"hosted\.org", "find" + r"-links [/f]", r"index" + r"-url \S*:/"]
    )
)
MACHINE_PATHS = re.compile(
    r"(?<![\w./-])/(?:" + "|".join(["wo" + "rk", "ro" + "ot", "opt" + "/wheels"]) + r")(?:/|\b)"
)
ID_NUMBER = re.compile(r"(?<![A-Za-z0-9])[A-Z][12]\d{8}(?![0-9])")
UNFINISHED = re.compile(r"\b(?:" + "TO" + "DO|FIX" + r"ME)\b")

# The official number of each letter of an ID number.
LETTERS = dict(zip("ABCDEFGHJKLMNPQRSTUVXYWZIO", range(10, 36), strict=True))


def requirements() -> dict[str, str]:
    """Every pinned package of the lock, and the text that belongs to it."""
    text = (ROOT / "requirements.lock").read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    return {canonical(line.partition("==")[0]): line for line in lines}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def files_in_checkout() -> list[Path]:
    """The tracked files; without git, what a published archive holds."""
    try:
        listed = subprocess.run(
            ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"],
            cwd=ROOT,
            capture_output=True,
            check=True,
            encoding="utf-8",
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        hidden = {"__pycache__", "build", "dist", "elearn-demo"}
        found = [each.relative_to(ROOT) for each in ROOT.rglob("*") if each.is_file()]
        return [
            ROOT / each
            for each in found
            if not any(part in hidden or (part.startswith(".") and part != ".ci") for part in each.parts[:-1])
        ]
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def lines_in_checkout() -> Iterator[tuple[str, str]]:
    """Where, and the line, of every text in the checkout. Saved bytes that are no UTF-8 are read as far as they go."""
    for path in files_in_checkout():
        for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").splitlines(), 1):
            yield f"{path.relative_to(ROOT)}:{number}", line


def is_id_number(text: str) -> bool:
    """Whether this is a Taiwanese ID number by its checksum."""
    digits = [*divmod(LETTERS[text[0]], 10), *map(int, text[1:])]
    return sum(a * b for a, b in zip(digits, (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1), strict=True)) % 10 == 0


class TestLock:
    def test_every_requirement_has_a_hash(self) -> None:
        assert requirements()
        assert [name for name, line in requirements().items() if "--hash=sha256:" not in line] == []

    def test_every_requirement_is_one_version_by_name(self) -> None:
        """No address, no path, no option: what is installed comes from wherever the person's pip looks."""
        wrong = [
            line
            for line in requirements().values()
            if not re.match(r"[A-Za-z0-9._-]+(\[[\w,-]+\])?==[\w.!+]+ ", line)
        ]
        assert wrong == []
        text = (ROOT / "requirements.lock").read_text("utf-8")
        assert re.findall(r"\w+://\S*|@ \S+|(?<!\w)/\w\S*", text) == []

    def test_every_dependency_is_locked(self) -> None:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
        asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
        names = {canonical(re.split(r"[\[<>=!~; ]", each)[0]) for each in asked}
        assert names - requirements().keys() == set()


class TestTargets:
    @pytest.mark.parametrize("target", TARGETS)
    def test_make_knows(self, target: str) -> None:
        assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)

    def test_the_pipeline_runs_the_tests_and_the_checks(self) -> None:
        script = ROOT / ".ci" / "run"
        assert os.access(script, os.X_OK)
        assert re.findall(r"make (\w+)", script.read_text("utf-8")) == ["test", "check"]

    @pytest.mark.parametrize("script", sorted((ROOT / "scripts").iterdir()), ids=lambda path: path.name)
    def test_a_script_can_be_run_and_parses(self, script: Path) -> None:
        assert os.access(script, os.X_OK)
        subprocess.run(["sh", "-n", script], check=True)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel. Nothing is fetched: the builder is installed, and pip is not asked."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    (built,) = folder.glob("*.whl")
    return built


class TestWheel:
    def test_it_holds_every_file_of_the_packages(self, wheel: Path) -> None:
        """A template or plan left out would be missed only on another machine."""
        wanted = {
            path.relative_to(ROOT).as_posix()
            for path in files_in_checkout()
            if path.relative_to(ROOT).parts[0] in PACKAGES and path.name != ".gitignore"
        }
        held = set(zipfile.ZipFile(wheel).namelist())
        assert {Path(each).suffix for each in wanted} >= {".py", ".toml", ".html", ".css", ".mako"}
        assert wanted - held == set()
        assert "agent/config.example.toml" in held

    def test_it_holds_nothing_else(self, wheel: Path) -> None:
        tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
        assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)

    def test_the_command_runs_from_it_away_from_the_checkout(self, wheel: Path, tmp_path: Path) -> None:
        unpacked = tmp_path / "unpacked"
        zipfile.ZipFile(wheel).extractall(unpacked)
        code = "import agent, agent.cli, sys; sys.stderr.write(agent.__file__); agent.cli.main(['--version'])"
        done = subprocess.run(
            [sys.executable, "-P", "-c", code],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(unpacked)},
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, str(unpacked / "agent" / "__init__.py"))
        version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
        assert version in done.stdout


class TestPublished:
    """What may be in no tracked file."""

    @pytest.mark.parametrize(
        "pattern", [ADDRESSES, MACHINE_PATHS, UNFINISHED], ids=["registry", "machine path", "unfinished"]
    )
    def test_no_line_holds(self, pattern: re.Pattern[str]) -> None:
        assert [
            f"{where} {line.strip()}" for where, line in lines_in_checkout() if pattern.search(line)
        ] == []

    def test_no_id_number_could_be_someones(self) -> None:
        """Made-up numbers fail their checksum, so that none is a person's."""
        found = [(where, each) for where, line in lines_in_checkout() for each in ID_NUMBER.findall(line)]
        assert [where for where, each in found if is_id_number(each)] == []

    def test_the_checksum_is_the_official_one(self) -> None:
        """The specimen of the official card fits; one digit off does not."""
        assert is_id_number("A" + "123456789")
        assert not is_id_number("A" + "123456788")


def test_no_test_reaches_the_network() -> None:
    """The guard of conftest refuses an address and a name, and lets this machine through."""
    with socket.socket() as outside, pytest.raises(AssertionError, match=r"192\.0\.2\.1"):
        outside.connect(("192.0.2.1", 443))
    with pytest.raises(AssertionError, match=r"example\.invalid"):
        socket.getaddrinfo("example.invalid", 443)
    with socket.create_server(("127.0.0.1", 0)) as here, socket.create_connection(here.getsockname()):
        pass
