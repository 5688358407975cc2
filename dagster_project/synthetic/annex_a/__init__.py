"""Made-up Annex A lists."""
