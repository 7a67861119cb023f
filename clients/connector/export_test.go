package connector

import (
	"context"

	"example.test/wizard/steps"
)

// What the tests need of the inside.

var (
	AssetName          = assetName
	Older              = steps.OlderConnector
	SplitWords         = splitWords
	ExecStart          = execStart
	QuoteUnit          = quoteUnit
	QuoteAll           = quoteAll
	WindowsCommand     = windowsCommand
	OpenLog            = openLog
	ChildMainOn        = childMain
	StartOf            = startOf
	Programs           = programs{}
	ProxyOfEnvironment = proxyOfEnvironment
	ProxyOfMac         = proxyOfMac
)

// Follow reads reports from a file, as it is done on Windows.
func Follow(ctx context.Context, file string, report func(steps.Part), alive func() bool) error {
	l := &listener{report: report}
	if err := follow(ctx, file, l, alive); err != nil {
		return err
	}
	return l.problem
}

// SetFree chooses the address of the child's health server.
func (h *Host) SetFree(free func(before string) string) { h.child.free = free }

// FreeAddr is how it is chosen.
var FreeAddr = freeAddr

func (l *childLog) Flush()                                       { l.flush() }
func (l *childLog) Close()                                       { l.close() }
func (l *childLog) Facts() (protocol, refused, lastError string) { return l.facts() }

// ProxyOfWindows is what those settings mean.
func ProxyOfWindows(on bool, server, script string) string {
	return proxyOfWindows(settings{on, server, script})
}
