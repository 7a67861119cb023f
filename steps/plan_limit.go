package steps

import (
	"context"
	"strings"
)

// How many custom and cache rules the free plan has.
const (
	customRulesFree = 5
	cacheRulesFree  = 10
)

// zonePlan is the plan of a zone; empty when it cannot be told, and then Cloudflare
// itself says what does not fit.
func zonePlan(ctx context.Context, p Plans, zoneID string) string {
	plan, err := p.ZonePlan(ctx, zoneID)
	if err != nil {
		return ""
	}
	return plan
}

// isFree reports whether a plan, by Cloudflare's name for it, is the free one.
func isFree(plan string) bool { return strings.HasPrefix(strings.ToLower(plan), "free") }

// customLimit is how many custom rules a plan has, by Cloudflare's documentation;
// 0 when it is not known.
func customLimit(plan string) int {
	name, _, _ := strings.Cut(strings.ToLower(plan), " ")
	return map[string]int{"free": customRulesFree, "pro": 20, "business": 100, "enterprise": 1000}[name]
}

// cacheLimit is how many cache rules a plan has; 0 when it is not known.
func cacheLimit(plan string) int {
	if isFree(plan) {
		return cacheRulesFree
	}
	return 0
}

// planWords begin a sentence about what a plan has.
func planWords(plan string) string {
	if isFree(plan) {
		return "The free plan"
	}
	return "Your plan"
}
