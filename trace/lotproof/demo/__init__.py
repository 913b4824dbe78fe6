"""A demonstration season: made-up organisations, real rules. The same seed and day always give the same log."""
