"""Test records without surprises: each factory makes one row and what it cannot do without."""
