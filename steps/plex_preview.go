package steps

import (
	"context"
	"fmt"
)

var _ Previewer = (*PlexStep)(nil)

// Preview implements [Previewer]: the line that Plex gets once the address works.
// It has nothing to offer where the person would have to choose or to sign in.
func (p *PlexStep) Preview(ctx context.Context, s Settings) ([]Action, error) {
	if s.Host() == "" {
		return nil, nil
	}
	all, err := p.Server.Find(ctx, s.PlexAddress)
	if err != nil {
		return nil, fmt.Errorf("looking for Plex: %w", err)
	}
	seen := plexSeen{servers: all, server: chosenServer(s, all)}
	if seen.server.State != "ok" || s.PlexID == "" && len(all) > 1 {
		return nil, nil
	}
	if seen.token, err = p.Server.Token(ctx, seen.server); err != nil || !seen.token.Have || seen.token.Local {
		return nil, err // plex.tv takes no key that is good only here: a sign-in comes first
	}
	if seen.prefs, err = p.Server.Prefs(ctx, seen.server, prefURLs); err != nil {
		return nil, fmt.Errorf("reading Plex’s settings: %w", err)
	}
	if listed(seen.prefs[prefURLs], s) {
		return nil, nil
	}
	return []Action{seen.urlAction(s)}, nil
}
