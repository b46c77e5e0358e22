"""Picture files: read and written with their depth, alpha, colour profile and EXIF."""
