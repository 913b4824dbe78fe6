"""The field book and the lot book: pages for plots, lots, holds and recalls, phone first."""
