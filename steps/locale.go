package steps

import (
	"time"

	"example.test/wizard/locale"
)

// When writes a day and a time of this computer into a text.
func When(t time.Time) string { return locale.When(t.Local()) }

// Clock writes a time of day of this computer into a text.
func Clock(t time.Time) string { return locale.Clock(t.Local()) }
