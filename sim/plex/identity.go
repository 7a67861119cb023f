package plex

import "slices"

// MachineIdentifier is the id that the API shows and plex.tv knows. The mood
// OtherID does not change it.
func (s *Server) MachineIdentifier() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ownID()
}

// Token is the server's own token, PlexOnlineToken of Preferences.xml.
func (s *Server) Token() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.token
}

// LocalAdminToken is the present content of .LocalAdminToken.
func (s *Server) LocalAdminToken() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.adminToken
}

// AccountToken is the owner's plex.tv token that /myplex/account gives away: a
// canary, which must never appear in a log, a page or a file of the program
// under test.
func (s *Server) AccountToken() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cfg.AccountToken
}

// DataDir holds Preferences.xml and .LocalAdminToken.
func (s *Server) DataDir() string { return s.cfg.Dir }

// Writes counts the state-changing calls that programs made and the server
// accepted.
func (s *Server) Writes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.writes
}

// Violations lists what no careful program does: sending a token in a query,
// which ends in logs.
func (s *Server) Violations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.violations)
}

// ownID and id are called with the lock held.
func (s *Server) ownID() string { return machineIdentifier(s.prefs.text(prefMachine)) }

func (s *Server) id() string {
	if s.mood.OtherID != "" {
		return s.mood.OtherID
	}
	return s.ownID()
}

// name is what the server calls itself; an empty setting means the computer's name.
func (s *Server) name() string {
	if name := s.prefs.text(prefFriendlyName); name != "" {
		return name
	}
	return "attic"
}

// device is called with both locks held.
func (s *Server) device() device {
	return device{
		ID: s.ownID(), Name: s.name(), Version: s.cfg.Version, PublicAddress: s.cfg.PublicAddress,
		Token: s.token, AccountToken: s.cfg.AccountToken,
		Running: s.running, SignedIn: !s.mood.SignedOut, Claimed: !s.mood.Unclaimed,
	}
}

// tellPresence updates what plex.tv knows of the server apart from its
// connections; the caller holds both locks.
func (s *Server) tellPresence() {
	if s.cfg.PlexTV != nil {
		s.cfg.PlexTV.update(s.device())
	}
}
