"""Storage on real engines: every subject's promises, and what an engine does when things break."""
