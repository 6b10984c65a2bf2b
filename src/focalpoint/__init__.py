"""Focalpoint: the open platform for Firearms Focal Points."""

__version__ = "0.1.0"
