"""What leaves the house unasked: webhooks, signed, in the form that their receiver reads; and mail."""
