"""Media: uploading (uploads), making pictures of uploads (process), changing and removing, serving."""
