"""One file of pages per noun; each declares its own and is listed in `table`."""
