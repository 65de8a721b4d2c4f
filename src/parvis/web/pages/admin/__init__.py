"""The office of those who look after the network."""
