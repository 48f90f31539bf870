"""Keeping a home well: backups, diagnosis, evidence of failures, removal."""
