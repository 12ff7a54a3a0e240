"""What keys and users may have models read and write, counted across servers."""
