"""Sites, lines, equipment and signals, in the words of ISA-95."""
