"""Made-up looked-after children returns."""
