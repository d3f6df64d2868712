"""The pages of what a charity asks by a form of its own."""
