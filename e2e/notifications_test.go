package e2e_test

func notificationsTroubles() []trouble { return nil }
