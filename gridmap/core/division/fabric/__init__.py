"""Land cut into cells: blocks from lines, cells around buildings, all in one arrangement of whole millimetres."""
