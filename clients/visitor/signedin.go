package visitor

import (
	"context"
	"net/http"

	"example.test/wizard/steps"
)

// pathProviders is what Plex Web asks for to try a connection.
const pathProviders = "/media/providers"

// providersLimit is far more than the list of one server.
const providersLimit = 256 << 10

// SignedIn implements [steps.Visitor]. The key goes out in a header, and only
// after the server that it is for has answered at the address; of the answer to
// it nothing is kept but the status and the server's id.
func (v *Visitor) SignedIn(ctx context.Context, host, plexID string) (steps.VisitAnswer, steps.SignedIn, error) {
	if err := checkHost(host); err != nil {
		return steps.VisitAnswer{}, steps.SignedIn{}, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	hc := v.client(ctx)
	defer hc.CloseIdleConnections()
	identity := v.get(ctx, hc, host, probe{path: pathIdentity, header: asJSON()}).VisitAnswer
	if plexID == "" || serverID(identity) != plexID {
		return identity, steps.SignedIn{}, ctx.Err()
	}
	key := v.key(plexID)
	if key.IsZero() {
		return identity, steps.SignedIn{}, ctx.Err()
	}
	a := v.providers(ctx, hc, host, key)
	return identity, steps.SignedIn{Status: a.Status, ServerID: serverID(a), Err: a.Err}, ctx.Err()
}

// providers makes the request with which apps try a connection, as one that is signed
// in. The caller has made sure which server answers.
func (v *Visitor) providers(ctx context.Context, hc *http.Client, host string, key steps.Secret) steps.VisitAnswer {
	header := asJSON()
	header["X-Plex-Token"] = key.Reveal()
	a := v.get(ctx, hc, host, probe{path: pathProviders, header: header, read: providersLimit})
	a.Body = string(a.body)
	return a.VisitAnswer
}
