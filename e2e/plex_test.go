package e2e_test

func plexTroubles() []trouble { return nil }
