package connector

import (
	"context"
	"os"

	"example.test/wizard/steps"
)

// Status implements [steps.ConnectorHost]. It changes nothing and is cheap
// enough to be asked every few seconds.
func (h *Host) Status(ctx context.Context) (steps.LocalConnector, error) {
	var l steps.LocalConnector
	var err error
	if h.child != nil {
		l = h.childStatus(ctx)
	} else {
		l, err = h.serviceStatus(ctx)
	}
	if err == nil {
		err = ctx.Err()
	}
	l.Reading = steps.Reading{At: h.cfg.Now(), Source: "this computer"}
	return l, err
}

func (h *Host) childStatus(ctx context.Context) steps.LocalConnector {
	l := steps.LocalConnector{ConfigSeen: -1, Manager: "child process of this wizard"}
	if !h.child.installed() {
		return l
	}
	st := readState(h.files.state)
	seen := h.child.seen()
	l.Installed, l.Ours, l.Renewable, l.Child, l.Path = true, true, true, true, h.files.program
	l.TunnelID, l.Running, l.Protocol = tunnelOf(h.files.token), seen.running, seen.protocol
	if l.Version = st.Version; l.Version == "" {
		l.Version = h.versionOf(ctx, h.files.program)
	}
	l.Refused = seen.refused
	if b, err := os.ReadFile(h.files.log); err == nil {
		l.Said = said(string(b), h.files.token)
	}
	if st.Metrics == "" {
		return l
	}
	// Another wizard's child counts as well: "wizard check" asks beside one that serves.
	if got, err := h.ask(ctx, st.Metrics); err == nil && (got.tunnel == "" || got.tunnel == l.TunnelID) {
		l.Running = true
		l.ID, l.Ready, l.ConfigSeen = got.connector, got.ready, got.config
	}
	return l
}
