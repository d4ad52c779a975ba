"""Who acts, and for which organisation."""
