"""Concepts, units, process models, taxonomies: data packages with source, licence and validity, read-only."""
