"""Typeset documents: blocks of content in, PDF out. Imports nothing heavy by itself."""
