package cloudflare

import "slices"

// bots is the bot configuration of a free zone. Bot Fight Mode is zone-wide and
// outside the ruleset engine: no rule exempts anybody.
type bots struct {
	FightMode          bool   `json:"fight_mode"`
	EnableJS           bool   `json:"enable_js"`
	UsingLatestModel   bool   `json:"using_latest_model"`
	AIBotsProtection   string `json:"ai_bots_protection"`
	CrawlerProtection  string `json:"crawler_protection"`
	IsRobotsTxtManaged bool   `json:"is_robots_txt_managed"`
	RobotsVariant      string `json:"cf_robots_variant"`
}

func newBots() bots {
	return bots{UsingLatestModel: true, AIBotsProtection: "disabled", CrawlerProtection: "disabled", RobotsVariant: "off"}
}

func getBots(c *call) (answer, error) { return answer{result: c.zone.Bots}, nil }

// putBots changes the members that are given. What belongs to larger plans is
// refused.
func putBots(c *call) (answer, error) {
	var in struct {
		FightMode          *bool   `json:"fight_mode"`
		EnableJS           *bool   `json:"enable_js"`
		AIBotsProtection   *string `json:"ai_bots_protection"`
		CrawlerProtection  *string `json:"crawler_protection"`
		IsRobotsTxtManaged *bool   `json:"is_robots_txt_managed"`
		RobotsVariant      *string `json:"cf_robots_variant"`
		SuperFight         any     `json:"sbfm_definitely_automated"`
	}
	if err := c.decode(&in); err != nil {
		return answer{}, err
	}
	if in.SuperFight != nil {
		return answer{}, bad(10400, "Super Bot Fight Mode is not available on this plan") // from memory
	}
	b := &c.zone.Bots
	for _, f := range []struct{ from, to *bool }{
		{in.FightMode, &b.FightMode}, {in.EnableJS, &b.EnableJS}, {in.IsRobotsTxtManaged, &b.IsRobotsTxtManaged},
	} {
		if f.from != nil {
			*f.to = *f.from
		}
	}
	for _, f := range []struct {
		name     string
		from, to *string
		allowed  []string
	}{
		{"ai_bots_protection", in.AIBotsProtection, &b.AIBotsProtection, []string{"block", "disabled", "only_on_ad_pages"}},
		{"crawler_protection", in.CrawlerProtection, &b.CrawlerProtection, []string{"enabled", "disabled"}},
		{"cf_robots_variant", in.RobotsVariant, &b.RobotsVariant, []string{"off", "policy_only"}},
	} {
		if f.from == nil {
			continue
		}
		if !slices.Contains(f.allowed, *f.from) {
			return answer{}, bad(10400, "invalid value for %s", f.name)
		}
		*f.to = *f.from
	}
	return answer{result: *b}, nil
}
