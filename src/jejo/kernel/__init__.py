"""What every room stands on: errors, ids, clock, events, settings, texts, plug-ins, jobs."""
