package web

import (
	"fmt"

	"example.test/wizard/steps"
)

// fresh is what was just seen of a step. What an earlier look saw, or what could
// not be looked at, is no proof of anything: its finding is then empty.
func fresh(all []listed, id steps.ID) steps.Finding {
	for _, l := range all {
		if l.seen.Info.ID == id && !l.seen.Old && l.seen.Problem == nil && !l.seen.At.IsZero() {
			return l.seen.Finding
		}
	}
	return steps.Finding{}
}

// passed reports whether a look just now saw the named check to be true.
func passed(f steps.Finding, name string) bool {
	return f.Check(name).Status == steps.Pass
}

// stateOf is the state of a step as it was just seen; todo when it was not.
func stateOf(all []listed, id steps.ID) steps.State {
	for _, l := range all {
		if l.seen.Info.ID == id && !l.seen.Old {
			return l.state
		}
	}
	return steps.StateTodo
}

// settled reports whether a step needs nothing more.
func settled(st steps.State) bool { return st == steps.StateDone || st == steps.StateAttention }

func countOf(all []listed, is func(steps.State) bool) int {
	n := 0
	for _, l := range all {
		if is(l.state) {
			n++
		}
	}
	return n
}

func doneCount(all []listed) int { return countOf(all, settled) }

func waitingCount(all []listed) int {
	return countOf(all, func(st steps.State) bool { return st == steps.StateWaiting })
}

// progress says in words how many of a number of steps are done, and how many are
// on their way.
func progress(done, waiting, of int) string {
	lead := fmt.Sprintf("%s of %s steps are done", upper(inWords(done)), count(of))
	switch done {
	case of:
		lead = fmt.Sprintf("All %s steps are done", count(of))
	case 1:
		lead = fmt.Sprintf("One of %s steps is done", count(of))
	}
	switch waiting {
	case 0:
		return lead
	case 1:
		return fmt.Sprintf("%s and one is waiting", lead)
	}
	return fmt.Sprintf("%s and %s are waiting", lead, count(waiting))
}

// inWords is a small number in words, before "of".
func inWords(n int) string {
	if n == 0 {
		return "none"
	}
	return count(n)
}
