"""Accounts: passwords, second factors, tokens, and who may do what. The books of them are in store."""
