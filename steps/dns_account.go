package steps

// otherAccount: the domain is in another account than the one that was chosen,
// and the token opens both. A record leads into a tunnel only where both are in
// the same account, so going on like that could never work.
func (seen dnsSeen) otherAccount(s Settings) (Check, Account, bool) {
	z := seen.zone
	if !seen.exists || s.AccountID == "" || z.AccountID == "" || s.AccountID == z.AccountID {
		return Check{}, Account{}, false
	}
	there, here := nameOr(z.AccountName, z.AccountID), nameOr(s.AccountName, s.AccountID)
	c := Check{
		Name: "zone", Title: "The domain is in the account that you work in", Status: Fail,
		Detail: s.Domain + " is in the account " + there + ", and you work in " + here + ". A name leads into a tunnel only when both are in the same account.",
		Fix: Fix{
			Title: "Have both in one account",
			Steps: []string{
				"Work in the account " + there + ". Nothing needs to move, and the domain stays as it is. The button is below.",
				"Or have the domain in " + here + " as well. Add it there in Cloudflare, and look again: the wizard then goes on with that one. Where Cloudflare says that it exists already, remove it from " + there + " first; until then nothing answers for it.",
			},
			Link: Link{"Open Cloudflare", "https://dash.cloudflare.com/"},
		},
	}
	if s.TunnelID == "" {
		return c, Account{ID: z.AccountID, Name: z.AccountName}, true
	}
	c.Fix.Steps[0] = "Work in the account " + there + ". The tunnel was set up in " + here + ", so remove that under Undo first, and come back."
	c.Fix.Link = Link{"Open Undo", "/undo"}
	return c, Account{}, true
}
