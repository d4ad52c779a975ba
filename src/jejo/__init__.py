"""제조AI 24: from raw factory files and machine signals to explained anomalies, causes and a plan."""

__version__ = "0.1.0"
