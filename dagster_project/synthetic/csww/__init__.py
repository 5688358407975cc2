"""Made-up workforce censuses."""
