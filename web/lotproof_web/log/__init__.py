"""The log's public files, and the thread that writes them."""
