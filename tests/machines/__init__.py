"""Proof on real machines: Macha's command line against booted Debian hosts, broken in known ways."""
