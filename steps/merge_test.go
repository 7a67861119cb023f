package steps

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMergeSettings(t *testing.T) {
	tests := []struct {
		name              string
		base, result, now Settings
		want              Settings
	}{
		{"nothing changed", Settings{Domain: "a"}, Settings{Domain: "a"}, Settings{Domain: "b"}, Settings{Domain: "b"}},
		{"the job sets a value", Settings{}, Settings{TunnelID: "t"}, Settings{Domain: "b"}, Settings{TunnelID: "t", Domain: "b"}},
		{"the job clears a value", Settings{TunnelID: "t", TunnelCreated: true}, Settings{}, Settings{TunnelID: "t", TunnelCreated: true, Domain: "b"}, Settings{Domain: "b"}},
		{"both set the same", Settings{}, Settings{TunnelID: "t"}, Settings{TunnelID: "t"}, Settings{TunnelID: "t"}},
		{"both set it otherwise: the job knows", Settings{TunnelID: "t"}, Settings{TunnelID: "u"}, Settings{TunnelID: "v"}, Settings{TunnelID: "u"}},
		{
			"within a group",
			Settings{Plex: PlexChoices{RelayOff: true}},
			Settings{Plex: PlexChoices{RelayOff: true, Published: noon(), Before: map[string]string{"a": "1"}}},
			Settings{Plex: PlexChoices{RemoteAccessOff: true, Before: map[string]string{"b": "2"}}},
			Settings{Plex: PlexChoices{RemoteAccessOff: true, Published: noon(), Before: map[string]string{"a": "1", "b": "2"}}},
		},
		{"a group is emptied", Settings{Alerts: AlertChoices{Chosen: true, Email: "e"}}, Settings{}, Settings{Alerts: AlertChoices{Chosen: true, Email: "e", Types: []string{"x"}}}, Settings{Alerts: AlertChoices{Types: []string{"x"}}}},
		{"a list is taken whole", Settings{OldServers: []string{"a"}}, Settings{OldServers: []string{"a", "b"}}, Settings{OldServers: []string{"c"}}, Settings{OldServers: []string{"a", "b"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := mergeSettings(tt.base, tt.result, tt.now)
			if d := cmp.Diff(tt.want, got); d != "" || err != nil {
				t.Error(d, err)
			}
		})
	}
}
