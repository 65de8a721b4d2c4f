"""One file of routes per noun; each declares its own and is listed in `table`."""
