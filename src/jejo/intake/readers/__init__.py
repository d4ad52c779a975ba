"""One plug-in per file format; they run in a child process under limits (`python -m jejo.intake.readers`)."""
