"""File forms of the first report; a file here that ends with `plugin = ItsClass` is one."""
