"""How much a document may cost. Pure."""

MOST_MEMORY = 512 << 20
"""Bytes of address space of the cleaning process."""
MOST_CPU_S = 60
MOST_WALL_S = 120.0
MOST_PIXELS = 40_000_000
MOST_PAGES = 30
MOST_OUTPUT = 64_000_000
"""Bytes of any one file that is written."""
LONGEST_SIDE = 4096
"""Pixels of a clean picture: 350 dots per inch of a sheet of A4. The original stays as it was."""
PAGE_SIDE = 1600
"""Pixels of the longer side of a page in the viewer."""
JPEG_QUALITY, PAGE_QUALITY = 88, 80
