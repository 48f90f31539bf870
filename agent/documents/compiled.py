"""Compiled templates beside their sources, as Python keeps its own modules: compiling them took a third of the papers' time."""

from __future__ import annotations

import contextlib
import sys
from hashlib import sha256
from pathlib import Path

from jinja2.bccache import Bucket, FileSystemBytecodeCache


class CompiledTemplates(FileSystemBytecodeCache):
    """For the environment that the module `made_in` makes: another text of that module is another cache.

    Jinja itself looks at the template's text and at the version of its own and Python's code. Where Python may not write
    its modules, nothing is written here either.
    """

    def __init__(self, folder: Path, made_in: Path) -> None:
        maker = sha256(made_in.read_bytes()).hexdigest()[:16]
        super().__init__(str(folder / "__pycache__"), f"%s.{maker}.jinja")

    def load_bytecode(self, bucket: Bucket) -> None:
        """What is kept, if it can be read."""
        with contextlib.suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it, where that is possible: a folder that cannot be written is no trouble."""
        if sys.dont_write_bytecode:
            return
        with contextlib.suppress(OSError):
            Path(self.directory).mkdir(exist_ok=True)
            super().dump_bytecode(bucket)
