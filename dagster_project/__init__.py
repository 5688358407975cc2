"""The national core dataset: returns in, one small comparable set of outcome measures out."""
