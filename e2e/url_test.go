package e2e_test

func urlTroubles() []trouble { return nil }
