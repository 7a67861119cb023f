package connector

import (
	"context"
	"fmt"

	"example.test/wizard/steps"
)

// Start implements [steps.ConnectorHost]. It starts only what the wizard installed.
func (h *Host) Start(ctx context.Context) error { return h.drive(ctx, "start") }

// Stop ends it until it is started again, or the computer is.
func (h *Host) Stop(ctx context.Context) error { return h.drive(ctx, "stop") }

func (h *Host) drive(ctx context.Context, verb string) error {
	if err := h.begin(ctx); err != nil {
		return err
	}
	defer func() { <-h.installs }()
	defer h.forgetActive()
	if h.child != nil {
		if verb == "stop" {
			return h.child.stop(ctx)
		}
		return h.Resume(ctx)
	}
	return h.driveService(ctx, verb)
}

func (h *Host) driveService(ctx context.Context, verb string) error {
	if h.manager == nil {
		return problemNoManager()
	}
	svc, err := h.manager.find()
	switch {
	case err != nil:
		return fmt.Errorf("reading the service of the connector: %w", err)
	case svc == nil:
		return problemNone()
	case !svc.ours:
		return problemForeign(h.manager.name(), svc.path())
	case !h.sys.Elevated:
		return h.elevate(ctx, verb, handover{}, func(steps.Part) {})
	case verb == "stop":
		return h.manager.stopNow(ctx)
	}
	return h.manager.startNow(ctx)
}

func problemNone() error {
	return &steps.Problem{Title: "No connector is installed on this computer", Text: nothingChanged, Fix: "Install it in step 4."}
}
