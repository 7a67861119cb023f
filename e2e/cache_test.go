package e2e_test

func cacheTroubles() []trouble { return nil }
