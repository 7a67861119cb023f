package e2e_test

func tunnelTroubles() []trouble { return nil }
