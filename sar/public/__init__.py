"""Forms that anybody may fill in on the public site: rights requests and referrals (features.md S18, S7)."""
