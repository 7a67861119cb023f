package e2e_test

func securityTroubles() []trouble { return nil }
