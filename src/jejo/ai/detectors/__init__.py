"""One detector per file; each file ends with `plugin = ItsClass`."""
