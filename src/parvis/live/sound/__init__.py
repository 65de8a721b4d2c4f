"""One room's sound: who speaks, how it is mixed and encoded, where it is kept. Knows no database and no accounts."""
