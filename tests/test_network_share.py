"""A home on a network share is recognised on every system and refused; one that is copied elsewhere is named."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath

import pytest

from agent import home as home_module
from agent import network_share as module
from agent.home import open_home
from agent.network_share import Partition, copied_elsewhere, network_share
from rules.errors import ConfigError

LINUX = (
    Partition("/", "ext4"),
    Partition("/home", "xfs"),
    Partition("/home/nfs", "nfs4"),
    Partition("/home/nfs/local", "ext4"),
    Partition("/mnt/office", "cifs"),
    Partition("/home/user/remote", "fuse.sshfs"),
    Partition("/mnt/c", "9p"),
    Partition("/media/王 小明", "vboxsf"),
    Partition("/srv", "ext4"),
    Partition("/srv", "nfs"),
)
WINDOWS = (
    Partition("C:\\", "NTFS", "rw,fixed"),
    Partition("H:\\", "NTFS", "rw,remote"),
    Partition("Z:\\", "", "remote"),
)
MAC = (Partition("/", "apfs"), Partition("/Volumes/office", "smbfs"), Partition("/Volumes/old", "afpfs"))


@pytest.mark.parametrize(
    ("mounted", "path", "kind"),
    [
        (LINUX, "/home/user/.local/share/elearn-agent", None),
        (LINUX, "/home/nfs/user/elearn", "nfs4"),
        (LINUX, "/home/nfs", "nfs4"),
        (LINUX, "/home/nfsuser/elearn", None),
        (LINUX, "/home/nfs/local/elearn", None),
        (LINUX, "/mnt/office/elearn", "cifs"),
        (LINUX, "/home/user/remote/elearn", "fuse.sshfs"),
        (LINUX, "/mnt/c/Users/elearn", "9p"),
        (LINUX, "/media/王 小明/elearn", "vboxsf"),
        (LINUX, "/srv/elearn", "nfs"),
        ((), "/anywhere", None),
        (MAC, "/Users/user/Library/elearn", None),
        (MAC, "/Volumes/office/elearn", "smbfs"),
        (MAC, "/Volumes/old/elearn", "afpfs"),
    ],
)
def test_the_deepest_mounted_file_system_decides(mounted, path, kind):
    assert network_share(Path(path), mounted) == kind


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("C:\\Users\\user\\AppData\\Local\\elearn-agent", None),
        ("H:\\elearn", "NTFS"),
        ("h:\\elearn", "NTFS"),
        ("Z:\\elearn", "remote"),
        ("\\\\server\\share\\elearn", "UNC"),
        ("\\\\?\\UNC\\server\\share\\elearn", "UNC"),
        ("\\\\?\\C:\\Users\\user\\elearn", None),
    ],
)
def test_mapped_drives_and_unc_names_of_windows_are_shares(path, kind):
    """The table is a fake one, as psutil gives it on that system; this machine has none."""
    assert network_share(PureWindowsPath(path) if ":" in path else path, WINDOWS) == kind


def test_the_kernels_table_is_read_with_its_escapes(tmp_path):
    table = tmp_path / "mounts"
    table.write_text("/dev/vda / ext4 rw 0 0\nserver:/x /mnt/my\\040share nfs4 rw 0 0\nbroken\n")
    assert module._read_mounts(table) == [Partition("/", "ext4"), Partition("/mnt/my share", "nfs4")]
    assert module._read_mounts(tmp_path / "none") == []


def test_this_machines_own_table_is_read():
    """Whatever lies under it, the folder of the system is on this machine."""
    assert any(each.mountpoint == "/" for each in module.partitions())
    assert network_share(Path("/etc")) is None


def test_a_home_on_a_share_is_refused_and_not_made(tmp_path, monkeypatch):
    """2, the kind, and the way out; also where the path leads there by a link."""
    (tmp_path / "share").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "share")
    mounted = [Partition("/", "ext4"), Partition(str(tmp_path / "share"), "cifs")]
    monkeypatch.setattr(module, "partitions", lambda: mounted)
    for path in (tmp_path / "share" / "家", tmp_path / "link" / "家"):
        with pytest.raises(ConfigError, match=r"網路磁碟上（cifs）") as why:
            open_home(path)
        assert "ELEARN_HOME" in why.value.remedy
    assert list((tmp_path / "share").iterdir()) == []
    assert home_module.open_home(tmp_path / "家").path.is_dir()


@pytest.mark.parametrize(
    ("path", "environment", "found"),
    [
        ("C:\\Users\\u\\OneDrive\\elearn", {"OneDrive": "C:\\Users\\u\\OneDrive"}, "C:\\Users\\u\\OneDrive"),
        ("C:\\Users\\u\\OneDrive - 區公所\\家", {}, "C:\\Users\\u\\OneDrive - 區公所"),
        ("C:\\Users\\u\\AppData\\Roaming\\x", {"APPDATA": "C:\\Users\\u\\AppData\\Roaming"}, "C:\\Users\\u\\AppData\\Roaming"),
        ("C:\\Users\\u\\AppData\\Local\\x", {"APPDATA": "C:\\Users\\u\\AppData\\Roaming"}, None),
        ("/Users/u/Library/Mobile Documents/x", {}, "/Users/u/Library/Mobile Documents"),
        ("/home/u/Dropbox/x", {}, "/home/u/Dropbox"),
        ("/home/u/.local/share/elearn-agent", {}, None),
    ],
)  # fmt: skip
def test_a_folder_that_is_copied_elsewhere_is_named(path, environment, found):
    place = PureWindowsPath(path) if "\\" in path else Path(path)
    assert copied_elsewhere(place, environment) == found
