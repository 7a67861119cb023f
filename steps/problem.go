package steps

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"example.test/wizard/locale"
)

// ErrNoToken means that no API token is in memory: never pasted, or the wizard
// was started again.
var ErrNoToken = errors.New("no Cloudflare API token in memory")

// ErrNotFound means that the service knows no such object.
var ErrNotFound = errors.New("not found")

// ErrPlanChanged means that the world moved between showing a plan and
// confirming it. The person is shown the new plan instead.
var ErrPlanChanged = errors.New("the plan has changed since it was shown")

// A ServiceError is a refusal or a failure of an outside service, with what its
// support would ask for. Clients make it; [Explain] words it.
type ServiceError struct {
	Service    string // "Cloudflare", "Plex", "plex.tv"
	Call       string // "POST /zones", without query and without secrets
	Status     int    // HTTP status; 0 when there was no answer
	Code       int    // the service's own code; 0 when it gave none
	Message    string // the service's own words
	Permission string // the one that a refused change needs, as the dashboard writes it; empty when not known
	Pointer    string // where in the request the fault lies, when the service says so
	Ray        string
	Wait       time.Duration // how long it asks us to wait; 0 when it does not say
	Unclear    bool          // the change may or may not have been made
	Err        error
}

// Error implements error. It is for logs; people read [Explain].
func (e *ServiceError) Error() string {
	s := e.Service + ": " + e.Call
	if e.Status != 0 {
		s += ": " + strconv.Itoa(e.Status)
	}
	if e.Code != 0 {
		s += fmt.Sprintf(" (%d)", e.Code)
	}
	if e.Message != "" {
		s += " " + strconv.Quote(e.Message)
	}
	if e.Unclear {
		s += " (outcome unclear)"
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap implements errors' tree. A 404 is [ErrNotFound].
func (e *ServiceError) Unwrap() []error {
	var out []error
	if e.Status == 404 {
		out = append(out, ErrNotFound)
	}
	if e.Err != nil {
		out = append(out, e.Err)
	}
	return out
}

// Unclear reports whether err leaves open if the change was made.
func Unclear(err error) bool {
	e, ok := errors.AsType[*ServiceError](err)
	return ok && e.Unclear
}

// A Problem is an error worded for a person: what happened, what to do, a link.
// Detail lines are for support.
type Problem struct {
	Title  string
	Text   string
	Fix    string
	Field  string // the form field it belongs to; empty when none
	Link   Link
	Detail []Row
	Err    error
}

// Error implements error.
func (p *Problem) Error() string {
	if p.Err != nil {
		return p.Title + ": " + p.Err.Error()
	}
	return p.Title
}

// Unwrap gives the cause.
func (p *Problem) Unwrap() error { return p.Err }

// Invalid makes the problem of one form field.
func Invalid(field, title string) *Problem { return &Problem{Field: field, Title: title} }

func linkToken() Link {
	return Link{"Open your tokens in Cloudflare", "https://dash.cloudflare.com/profile/api-tokens"}
}

func linkStatus() Link {
	return Link{"See whether Cloudflare reports trouble", "https://www.cloudflarestatus.com/"}
}

// Explain words any error. A *Problem in the chain is returned as it is.
func Explain(err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	if errors.Is(err, ErrNoToken) {
		return &Problem{
			Title: "The wizard needs your token again", Err: err,
			Text: "The wizard has no token at present: it keeps one in memory only, unless you ask it to remember it. Your choices are kept.",
			Fix:  "Paste the same token in step 1.", Link: Link{"Go to step 1", "/steps/account"},
		}
	}
	if errors.Is(err, ErrPlanChanged) {
		return &Problem{
			Title: "Something changed since you saw the plan", Err: err,
			Text: "Nothing has been done. Below is the plan as it is now.",
		}
	}
	if e, ok := errors.AsType[*ServiceError](err); ok {
		return explainService(e)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &Problem{Title: "No answer in time", Text: "Nothing was changed.", Fix: "Check that this computer is online, and look again.", Err: err}
	}
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return &Problem{Title: "This computer cannot reach the other side", Text: "Nothing was changed.", Fix: "Check the network connection, and look again.", Err: err}
	}
	return &Problem{
		Title: "Something did not work as it should", Text: "Your choices are kept.",
		Fix: "Look again. If it stays like this, the details below help whoever you ask.", Detail: []Row{Code("What", err.Error())}, Err: err,
	}
}

func explainService(e *ServiceError) *Problem {
	p := &Problem{Err: e, Text: "Your choices are kept.", Detail: e.detail()}
	switch {
	case e.Unclear:
		p.Title = e.Service + " did not answer in time"
		p.Text = "The change may or may not have been made. Your choices are kept."
		p.Fix = "The wizard looks before it tries again, so nothing is made twice."
		p.Link = linkStatus()
	case e.Service != "Cloudflare":
		p.Title = e.Service + " gave an answer that the wizard cannot use"
		p.Fix = "Look again in a moment."
		if e.Status == 0 {
			p.Title = e.Service + " does not answer"
		}
	case e.Status == 429:
		p.Title = "Cloudflare asks us to slow down"
		p.Fix = "There were too many requests in five minutes, from this program or from your dashboard. Nothing is lost."
		if e.Wait > 0 {
			p.Fix += fmt.Sprintf(" Try again in %s.", HumanDuration(e.Wait))
		}
	case e.Code == invalidToken || e.Code == 6003 || e.Code == 6111:
		p.Title = "Cloudflare does not know this token"
		p.Fix = "Paste it again without spaces, or make a new one."
		p.Link = linkToken()
	case e.Permission != "":
		p.Title = "The token may not make this change"
		p.Text = "It may look, and Cloudflare refused the change. Your choices are kept."
		p.Fix = mendPermission(e.Permission)
		p.Link = linkToken()
	case e.lacksPermission():
		p.Title = "The token may not do this"
		p.Fix = "A permission is missing. Step 1 names it."
		p.Link = Link{"Go to step 1", "/steps/account"}
	case e.Code == 1061:
		p.Title = "This domain is in another Cloudflare account"
		p.Fix = "Remove it there first, or use a token of that account."
	case e.Code == 1049 || e.Code == 1099:
		p.Title = "Cloudflare does not accept this domain"
		p.Fix = "Enter the name that you registered, such as example.com. A new registration can take an hour to be known."
		p.Field = "domain"
	case e.Code == tunnelConnected && strings.Contains(e.Call, "/cfd_tunnel/"):
		p.Title = "Something is still connected to the tunnel"
		p.Fix = "Stop its connector, wait a minute, and try once more."
	case e.Status == 0:
		p.Title = "Cloudflare does not answer"
		p.Fix = "Check that this computer is online, and look again."
		p.Link = linkStatus()
	case e.Status >= 500:
		p.Title = "Cloudflare has trouble of its own"
		p.Fix = "Wait a minute and look again. This is usually over by then."
		p.Link = linkStatus()
	default:
		p.Title = "Cloudflare refused"
		p.Fix = "Cloudflare’s own message is in the details below."
	}
	return p
}

// mendPermission is how a token comes to a permission that it lacks, or has with
// Read in place of Edit, or for some zones only.
func mendPermission(name string) string {
	fix := "In Cloudflare, choose Edit beside the token. See that “" + name + "” is there, with Edit and not Read"
	if strings.HasPrefix(name, "Zone: ") {
		fix += ", and that Zone Resources says All zones"
	}
	return fix + ". The token itself stays the same; there is nothing to paste again."
}

// detail is the line for support: the service's own code, words and ray id.
func (e *ServiceError) detail() []Row {
	rows := []Row{Code("Call", e.Call)}
	if e.Status != 0 {
		answer := strconv.Itoa(e.Status)
		if e.Code != 0 {
			answer += ", code " + strconv.Itoa(e.Code)
		}
		rows = append(rows, Text("Answer", answer))
	} else {
		rows = append(rows, Text("Answer", "None"))
	}
	if e.Message != "" {
		rows = append(rows, Text("In its words", e.Message))
	}
	if e.Pointer != "" {
		rows = append(rows, Code("At", e.Pointer))
	}
	if e.Ray != "" {
		rows = append(rows, Code("Ray ID", e.Ray))
	}
	return rows
}

// HumanDuration rounds d for a sentence: "40 seconds", "5 minutes", "3 hours".
func HumanDuration(d time.Duration) string {
	switch {
	case d < 90*time.Second:
		return locale.Count(max(1, int64((d+time.Second/2)/time.Second)), "second", "seconds")
	case d < 90*time.Minute:
		return locale.Count(int64((d+time.Minute/2)/time.Minute), "minute", "minutes")
	case d < 48*time.Hour:
		return locale.Count(int64((d+time.Hour/2)/time.Hour), "hour", "hours")
	default:
		return locale.Count(int64((d+12*time.Hour)/(24*time.Hour)), "day", "days")
	}
}
