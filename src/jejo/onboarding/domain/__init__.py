"""A diagnosis, and the document that readers and programs get of it."""
