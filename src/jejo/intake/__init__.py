"""Understands factory files as they are: encodings, headers, dates, units, and what each column means."""
