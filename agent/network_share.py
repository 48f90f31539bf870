"""Whether a folder lies on a network share or in a folder that something copies elsewhere.

A home on a network share is refused rather than run without WAL: SQLite's locks and the home's own lock rest on locks that
such shares promise and often do not keep (sqlite.org, "How To Corrupt An Database File", 2.1; "Write-Ahead Logging": all
processes on one machine), and a lock held by a machine that died may stay for ever. A folder that is only copied elsewhere
(OneDrive, a roaming profile) keeps its locks: that is a warning, since records and sessions then lie in two places.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

# File systems on another machine, or on the host of this virtual machine, as the systems name them.
_SHARES = {
    "9p", "afpfs", "afs", "beegfs", "ceph", "cifs", "davfs", "drvfs", "fuse.glusterfs", "fuse.gvfsd-fuse", "fuse.rclone",
    "fuse.smbnetfs", "fuse.sshfs", "fuse.vmhgfs-fuse", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "osxfuse.sshfs",
    "prl_fs", "smb", "smb2", "smb3", "smbfs", "sshfs", "vboxsf", "vmhgfs", "webdav",
}  # fmt: skip
_TABLE = Path("/proc/self/mounts")
_COPIED = (
    "onedrive",
    "dropbox",
    "google drive",
    "googledrive",
    "my drive",
    "icloud",
    "mobile documents",
    "cloudstorage",
)


@dataclass(frozen=True, slots=True)
class Partition:
    """One mounted file system: where it is mounted, its kind, and its options (Windows says `remote` in them)."""

    mountpoint: str
    fstype: str
    options: str = ""


def network_share(path: Path, mounted: Iterable[Partition] | None = None) -> str | None:
    """The kind of network share that this folder lies on, None where it lies on this machine. It need not exist yet."""
    place = str(path.expanduser().resolve()) if mounted is None else str(path)
    if _is_unc(str(path)) or _is_unc(place):  # Windows resolves a mapped drive to the name of its share
        return "UNC"
    known = partitions() if mounted is None else mounted
    holding = [each for each in known if _holds(each.mountpoint, place)]
    if not holding:
        return None
    # The deepest one holds it; of several mounted over one another the last.
    found = max(enumerate(holding), key=lambda each: (len(each[1].mountpoint), each[0]))[1]
    if "remote" in found.options.split(","):
        return found.fstype or "remote"
    return found.fstype if found.fstype.lower() in _SHARES else None


def copied_elsewhere(path: Path, environment: dict[str, str] | None = None) -> str | None:
    """The folder above this one that is copied elsewhere (OneDrive and the like, a roaming profile), None where none is."""
    named = os.environ if environment is None else environment
    for name in ("OneDrive", "OneDriveCommercial", "OneDriveConsumer", "APPDATA"):
        if named.get(name) and _holds(named[name], str(path)):
            return named[name]
    parts = PureWindowsPath(path) if "\\" in str(path) else path
    for each in (parts, *parts.parents):
        if each.name.lower().startswith(_COPIED):
            return str(each)
    return None


def partitions() -> list[Partition]:
    """What is mounted on this machine."""
    if _TABLE.exists():  # psutil takes 30 ms to import, and this is asked for at every start
        return _read_mounts(_TABLE)
    import psutil  # noqa: PLC0415

    return [Partition(each.mountpoint, each.fstype, each.opts) for each in psutil.disk_partitions(all=True)]


def _read_mounts(table: Path) -> list[Partition]:
    """The kernel's table: device, mount point, kind, options; a blank in a name is written 「\\040」. None where unreadable."""
    try:
        lines = table.read_bytes().splitlines()
    except OSError:
        return []
    fields = [line.split(b" ") for line in lines]
    return [
        Partition(os.fsdecode(_plain(each[1])), each[2].decode("ascii", "replace"))
        for each in fields
        if len(each) > 2
    ]


def _plain(name: bytes) -> bytes:
    for octal, plain in ((b"\\040", b" "), (b"\\011", b"\t"), (b"\\012", b"\n"), (b"\\134", b"\\")):
        name = name.replace(octal, plain)
    return name


def _is_unc(path: str) -> bool:
    """Whether this is 「\\\\server\\share」, also in the long form; 「\\\\?\\C:\\」 is a drive."""
    plain = path.replace("/", "\\") if os.sep == "\\" else path
    long = plain.startswith("\\\\?\\")
    return plain.startswith("\\\\?\\UNC\\") if long else plain.startswith("\\\\")


def _holds(folder: str, path: str) -> bool:
    """Whether the path is that folder or lies in it, in the writing of either system."""
    is_windows = "\\" in folder or "\\" in path
    mark = "\\" if is_windows else "/"
    top = folder.rstrip(mark) + mark
    below = path + mark
    return below.lower().startswith(top.lower()) if is_windows else below.startswith(top)
