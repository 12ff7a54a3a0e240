"""What a run spends on models: budgets, prices, doing with less."""
