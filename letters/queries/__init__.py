"""The doors to letters and their templates."""
