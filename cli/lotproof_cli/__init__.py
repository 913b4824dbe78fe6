"""The `lotproof` command. It calls the same actions as the web pages and holds no rule of its own."""
