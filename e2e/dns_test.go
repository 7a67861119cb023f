package e2e_test

func dnsTroubles() []trouble { return nil }
