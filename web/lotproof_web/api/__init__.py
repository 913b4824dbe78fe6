"""What the addresses for programs share: who asks, what they stand on, and how their answers are paged."""
