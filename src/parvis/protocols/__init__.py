"""Pure rules of formats and protocols: no input, no output, nothing of the network's own state."""
