"""Documents → rows with their place. Nothing outside this package knows about file formats."""
