"""A form that is not used."""

from __future__ import annotations


class FormRefused(ValueError):
    """What in the file is the reason, in words without a full stop."""
