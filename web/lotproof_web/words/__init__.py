"""What codes of the core are called on a page: one table per subject, messages in English, marked for translation."""
