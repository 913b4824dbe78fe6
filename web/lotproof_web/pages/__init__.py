"""The views of the public pages, one blueprint a file."""
