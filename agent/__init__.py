"""The rim: time, disk, keyring and people. Command line, settings, store, runs, claims and documents."""

__version__ = "0.1.0"
