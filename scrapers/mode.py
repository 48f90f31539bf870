"""Which world a run lives in: the real hosts, or a replica that answers as them on this machine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mode:
    """`address` is 127.0.0.1:PORT or [::1]:PORT of the replica and `key` its certificate's SPKI hash; both None: the real hosts."""

    address: str | None = None
    key: str | None = None

    @property
    def is_replica(self) -> bool:
        """Whether the portal hosts are answered by a replica."""
        return self.address is not None

    @property
    def name(self) -> str:
        """`real` or `replica`, as a home is bound to it."""
        return "replica" if self.is_replica else "real"


REAL = Mode()
