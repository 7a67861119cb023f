package plex

import "net/http"

// container is the root of nearly every answer.
func container(kids []node, attrs ...attr) node {
	return node{name: "MediaContainer", attrs: append([]attr{{"size", len(kids)}}, attrs...), kids: kids}
}

// GET /identity
func (s *Server) showIdentity(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	n := container(nil,
		attr{"apiVersion", "1.2.2"},
		attr{"claimed", !s.mood.Unclaimed},
		attr{"machineIdentifier", s.id()},
		attr{"version", s.cfg.Version})
	s.mu.Unlock()
	answer(w, r, http.StatusOK, n, named)
}

// GET /
func (s *Server) showRoot(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	kids := []node{
		{name: "Directory", attrs: []attr{{"count", 1}, {"key", "library"}, {"title", "library"}}},
		{name: "Directory", attrs: []attr{{"count", 1}, {"key", "playlists"}, {"title", "playlists"}}},
	}
	n := container(kids, s.description()...)
	s.mu.Unlock()
	answer(w, r, http.StatusOK, n, named)
}

// GET /media/providers: what Plex Web asks to try a connection.
func (s *Server) showProviders(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	kids := []node{{name: "MediaProvider", attrs: []attr{
		{"identifier", "com.plexapp.plugins.library"},
		{"id", 1},
		{"title", "Library"},
		{"types", "video,audio,photo"},
		{"protocols", "stream,download"},
	}}}
	n := container(kids, s.description()...)
	s.mu.Unlock()
	answer(w, r, http.StatusOK, n, named)
}

// description is what the server tells of itself; the caller holds the lock.
func (s *Server) description() []attr {
	owner, signIn := s.account()
	return []attr{
		{"allowSharing", true},
		{"allowSync", true},
		{"certificate", !s.mood.NoHTTPS},
		{"companionProxy", true},
		{"countryCode", "gbr"},
		{"eventStream", true},
		{"friendlyName", s.name()},
		{"machineIdentifier", s.id()},
		{"mediaProviders", true},
		{"multiuser", true},
		{"myPlex", !s.mood.Unclaimed},
		{"myPlexMappingState", s.mappingState()},
		{"myPlexSigninState", signIn},
		{"myPlexSubscription", owner.PlexPass},
		{"myPlexUsername", owner.Email},
		{"platform", "Linux"},
		{"platformVersion", "6.12.48 (#1 SMP PREEMPT_DYNAMIC)"},
		{"pluginHost", true},
		{"transcoderActiveVideoSessions", 0},
		{"transcoderVideo", true},
		{"updater", true},
		{"version", s.cfg.Version},
	}
}

// account is the owner and the state of the server's sign-in.
func (s *Server) account() (owner Account, signIn string) {
	switch {
	case s.mood.Unclaimed:
		return Account{}, "none"
	case s.mood.SignedOut:
		signIn = "invalid"
	default:
		signIn = "ok"
	}
	if s.cfg.PlexTV != nil {
		owner = s.cfg.PlexTV.Owner()
	}
	return owner, signIn
}

// mappingState is the verdict of the server's own reachability test. With
// Remote Access off it is "unknown", which users take for a fault.
func (s *Server) mappingState() string {
	if s.prefs.on(prefRemoteAccess) {
		return "mapped"
	}
	return "unknown"
}

// GET /myplex/account: its own envelope, and the owner's token in it.
func (s *Server) showAccount(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	owner, signIn := s.account()
	token, subscription := s.cfg.AccountToken, "Inactive"
	if s.mood.Unclaimed {
		token = ""
	}
	if owner.PlexPass {
		subscription = "Active"
	}
	port := s.port()
	n := node{name: "MyPlex", attrs: []attr{
		{"authToken", token},
		{"username", owner.Email},
		{"mappingState", s.mappingState()},
		{"mappingError", ""},
		{"signInState", signIn},
		{"publicAddress", s.cfg.PublicAddress},
		{"publicPort", xmlText(s.publicPort())},
		{"privateAddress", s.cfg.LANAddress},
		{"privatePort", xmlText(port)},
		{"subscriptionActive", xmlText(owner.PlexPass)},
		{"subscriptionState", subscription},
	}}
	s.mu.Unlock()
	answer(w, r, http.StatusOK, n, named)
}

// GET /servers
func (s *Server) showServers(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	port := s.port()
	n := container([]node{{name: "Server", attrs: []attr{
		{"name", s.name()},
		{"host", s.cfg.LANAddress},
		{"address", s.cfg.LANAddress},
		{"port", port},
		{"machineIdentifier", s.id()},
		{"version", s.cfg.Version},
	}}})
	s.mu.Unlock()
	answer(w, r, http.StatusOK, n, named)
}

// GET /clients
func (s *Server) showNone(w http.ResponseWriter, r *http.Request) {
	answer(w, r, http.StatusOK, container(nil), named)
}

// GET /library/sections: one empty library.
func (s *Server) showLibraries(w http.ResponseWriter, r *http.Request) {
	kids := []node{{name: "Directory", attrs: []attr{
		{"key", "1"}, {"type", "movie"}, {"title", "Films"}, {"agent", "tv.plex.agents.movie"}, {"scanner", "Plex Movie"}, {"language", "en-GB"},
	}}}
	answer(w, r, http.StatusOK, container(kids, attr{"title1", "Plex Library"}), named)
}
