"""Made-up files of the other formats: forms of totals, local extracts, publications."""
