package templates

import "time"

// Path is the drawing of the way from the apps to Plex. Each stretch is done only when it was just seen to work.
type Path struct {
	Label                    string // the whole drawing in words
	Address, Tunnel, Origin  string // done, waiting, todo or problem
	AddressName, AddressWord string // at most about 20 characters each; longer ones are cut
	EdgeWord                 string
	TunnelName, TunnelWord   string
	ConnectorWord, PlexWord  string
	Home                     string // "This computer, attic"
	Title                    string // heading above, "" for none
}

// Scale is the drawing of a long wait: how long so far, what is usual, the limit.
type Scale struct {
	Start   time.Time
	Elapsed time.Duration
	Usual   time.Duration // one hour when 0
	Limit   time.Duration // 48 hours when 0
}

// Chart is a few bars, always with the same numbers as a table.
type Chart struct {
	Title string // caption, rich: "**73** requests were blocked in the last 24 hours"
	Label string // the drawing in words
	Bars  []Bar
	Table Table
}

// Bar is one bar.
type Bar struct {
	Name string
	N    int
}

// QR is a QR code drawn as one path of unit squares.
type QR struct {
	Size int    // modules on a side
	Path string // the d attribute
	Of   string // what it encodes, for the label
}
