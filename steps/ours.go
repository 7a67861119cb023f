package steps

// OurRules counts the rules of a ruleset that this installation made.
func (s Settings) OurRules(set Ruleset) int {
	n := 0
	for _, r := range set.Rules {
		if s.ours(r) {
			n++
		}
	}
	return n
}

// OurAlerts counts the notifications that this installation made.
func (s Settings) OurAlerts(all []AlertPolicy) int {
	n := 0
	for _, p := range all {
		if s.oursAlert(p) {
			n++
		}
	}
	return n
}
