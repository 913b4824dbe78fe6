"""What the signed-in pages share: tasks, drafts, whom one acts for, and a page of every component."""
