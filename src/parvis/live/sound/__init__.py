"""One room's sound: who speaks, how it is mixed, encoded and kept. It knows no database."""
