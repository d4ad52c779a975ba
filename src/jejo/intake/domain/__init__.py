"""What a file turns into: sources, tables, columns, and a record of every automatic step."""
