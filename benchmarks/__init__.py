"""Ours beside its peers and the floors, in turn, on one machine: `make benchmark` (docs/decisions/0005-speed.md)."""
