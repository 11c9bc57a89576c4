"""What calls cost: prices, what was spent (the ledger), and what may still be (the budget)."""
