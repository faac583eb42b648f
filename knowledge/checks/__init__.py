"""What is wrong, stale, missing or too hard to read in the knowledge library."""
