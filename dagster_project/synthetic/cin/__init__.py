"""Made-up children in need censuses."""
