"""Backup, restore, health and upgrade of an installation: everything below one home folder."""
