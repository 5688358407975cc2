"""Lives in care: periods, placements, plans and what became of them."""
