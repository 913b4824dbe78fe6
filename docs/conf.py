"""How Sphinx makes the documentation's pages: python3 run.py docs"""

project = "Lotproof"
author = "The Lotproof authors"
html_title = "Lotproof"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "examples"]
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]
html_theme = "furo"
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
