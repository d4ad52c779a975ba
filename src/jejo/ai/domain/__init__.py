"""What the analyses answer: anomalies with their signals, and drivers of a label with their evidence."""
