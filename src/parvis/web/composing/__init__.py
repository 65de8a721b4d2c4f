"""The composer: its fields (`form`), what it shows (`sheet`), and the words for what it refuses (`words`)."""
