package cloudflare

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"example.test/wizard/steps"
)

// Setting implements [steps.ZoneSettings].
func (c *Client) Setting(ctx context.Context, zoneID, id string) (steps.ZoneSetting, error) {
	out, err := c.read(ctx, ids{zoneID, id}, get("zones/"+zoneID+"/settings/"+id))
	if err != nil {
		return steps.ZoneSetting{}, err
	}
	return settingOf(out)
}

// ChangeSetting implements [steps.ZoneSettings].
func (c *Client) ChangeSetting(ctx context.Context, zoneID, id string, value any) error {
	js, err := json.Marshal(map[string]any{"value": value})
	if err != nil {
		return err
	}
	out, err := c.write(ctx, ids{zoneID, id}, send(http.MethodPatch, "zones/"+zoneID+"/settings/"+id, js))
	if err != nil {
		return err
	}
	_, err = settingOf(out)
	return err
}

func settingOf(out answer) (steps.ZoneSetting, error) {
	var s struct {
		ID       string          `json:"id"`
		Value    json.RawMessage `json:"value"`
		Editable bool            `json:"editable"`
		Changed  time.Time       `json:"modified_on"`
	}
	if err := out.into(&s); err != nil {
		return steps.ZoneSetting{}, err
	}
	if s.ID == "" || len(s.Value) == 0 {
		return steps.ZoneSetting{}, out.lacks("value")
	}
	text := string(s.Value)
	var plain string
	if json.Unmarshal(s.Value, &plain) == nil {
		text = plain
	}
	return steps.ZoneSetting{ID: s.ID, Value: text, Editable: s.Editable, Changed: s.Changed, Reading: out.reading}, nil
}

// BotFightMode implements [steps.ZoneSettings]. Plans above the free one have
// another bot product and no such mode; there it is off.
func (c *Client) BotFightMode(ctx context.Context, zoneID string) (bool, error) {
	out, err := c.read(ctx, ids{zoneID}, get("zones/"+zoneID+"/bot_management"))
	if err != nil {
		return false, err
	}
	return fightMode(out)
}

// ChangeBotFightMode implements [steps.ZoneSettings].
func (c *Client) ChangeBotFightMode(ctx context.Context, zoneID string, on bool) error {
	out, err := c.write(ctx, ids{zoneID}, send(http.MethodPut, "zones/"+zoneID+"/bot_management", join(object{"fight_mode": text(on)})))
	if err != nil {
		return err
	}
	_, err = fightMode(out)
	return err
}

func fightMode(out answer) (bool, error) {
	var b struct {
		FightMode bool `json:"fight_mode"`
	}
	err := out.into(&b)
	return b.FightMode, err
}
