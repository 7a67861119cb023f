package e2e_test

func hostnameTroubles() []trouble { return nil }
