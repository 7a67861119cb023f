package plex

import "net/http"

// GET /api/v2/user: 200 for a valid token, 401 for any other.
func (t *PlexTV) showUser(w http.ResponseWriter, r *http.Request) {
	token := tokenOf(r)
	t.mu.Lock()
	a, ok := t.accountOf(token)
	t.mu.Unlock()
	if !ok {
		answerTV(w, r, errNoUser)
		return
	}
	subscription := node{name: "subscription", shape: shapeObject, attrs: []attr{
		{"active", false}, {"status", "Inactive"}, {"plan", nil},
	}, kids: []node{{name: "features", shape: shapeList}}}
	if a.PlexPass {
		subscription.attrs = []attr{{"active", true}, {"status", "Active"}, {"plan", "lifetime"}}
		for _, feature := range []string{"pass", "sync", "hardware_transcoding", "remote-watch"} {
			subscription.kids[0].kids = append(subscription.kids[0].kids, node{name: "feature", shape: shapeText, text: feature})
		}
	}
	answer(w, r, http.StatusOK, node{name: "user", attrs: []attr{
		{"id", a.ID},
		{"uuid", a.UUID},
		{"username", a.Username},
		{"title", a.Title},
		{"email", a.Email},
		{"friendlyName", a.Title},
		{"homeAdmin", false},
		{"authToken", token},
	}, kids: []node{subscription}}, bare)
}

// DELETE /api/v2/users/signout: for a token that came from a pin, and for no
// other. Signing out a server's own token would un-claim the server.
func (t *PlexTV) signOut(w http.ResponseWriter, r *http.Request) {
	token := tokenOf(r)
	t.mu.Lock()
	_, known := t.accountOf(token)
	_, granted := t.tokens[token]
	err := error(nil)
	switch {
	case granted:
		delete(t.tokens, token)
		t.writes++
	case known || t.belongsToServer(token):
		t.violations = append(t.violations, "an attempt to sign out a token that belongs to the server")
		err = errGuard
	default:
		err = errNoUser
	}
	t.mu.Unlock()
	if err != nil {
		answerTV(w, r, err)
		return
	}
	t.cfg.Changed()
	w.WriteHeader(http.StatusNoContent)
}

// belongsToServer finds the tokens of servers that are signed out or unclaimed
// at the moment too. The caller holds the lock.
func (t *PlexTV) belongsToServer(token string) bool {
	for _, d := range t.devices {
		if token != "" && (token == d.Token || token == d.AccountToken) {
			return true
		}
	}
	return false
}
