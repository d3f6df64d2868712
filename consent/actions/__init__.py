"""What may be done with consents and the sharing log; every act leaves its entry in the log."""
