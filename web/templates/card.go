package templates

import (
	"net/url"
	"strconv"
)

// address is a URL in the parts that an address bar sets apart.
type address struct{ before, host, after string }

// split parts a URL around its host; what cannot be read stays in one piece.
func split(raw string) address {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return address{after: raw}
	}
	return address{before: u.Scheme + "://", host: u.Host, after: u.EscapedPath()}
}

// secure reports whether the address bar gets its padlock.
func secure(a address) bool { return a.before == "https://" }

// cardLevel is the heading of a card at its level.
func cardLevel(c Card) int {
	if c.Level == 0 {
		return 2
	}
	return c.Level
}

// cellClass is the class of a cell.
func cellClass(t Table, column int) string {
	if column < len(t.Head) && t.Head[column].Right {
		return "right num"
	}
	return ""
}

// columnName is the label of a cell on narrow screens.
func columnName(t Table, column int) string {
	if column < len(t.Head) {
		return t.Head[column].Name
	}
	return ""
}

// itoa writes a whole number.
func itoa(n int) string { return strconv.Itoa(n) }

// cardLabel names what labels a card: its title and, because several cards of a
// page may have the same one, its place at the service.
func cardLabel(c Card) string {
	if c.URLBar == "" && c.Place == "" {
		return "card-" + c.ID
	}
	return "card-" + c.ID + " place-" + c.ID
}
