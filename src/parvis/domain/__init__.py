"""What the network is: one folder per noun; no HTTP, no JSON-LD, no framework."""
