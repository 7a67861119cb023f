package cloudflare

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"example.test/wizard/steps"
)

// An answer is one complete answer of success.
type answer struct {
	result   json.RawMessage // "null" or empty when there is none
	info     pageInfo
	reading  steps.Reading
	exchange *exchange
}

// pageInfo is the envelope's result_info.
type pageInfo struct {
	PerPage    int `json:"per_page"`
	TotalCount int `json:"total_count"`
	TotalPages int `json:"total_pages"`
}

// A fault is why a complete answer is not one of success. The zero fault is none.
type fault struct {
	code    int
	message string
	pointer string
	unclear bool // if it answers a write, the change may have been made
	cut     bool // the answer ends too early
	err     error
}

// An envelope is what version 4 of the API puts around everything.
type envelope struct {
	Success *bool           `json:"success"`
	Errors  []apiError      `json:"errors"`
	Result  json.RawMessage `json:"result"`
	Info    pageInfo        `json:"result_info"`
}

type apiError struct {
	Code    int        `json:"code"`
	Message string     `json:"message"`
	Chain   []apiError `json:"error_chain"`
	Source  struct {
		Pointer string `json:"pointer"`
	} `json:"source"`
}

var (
	errPage    = errors.New("a web page came instead of an answer")
	errEmpty   = errors.New("the answer is empty")
	errCut     = errors.New("the answer ends too early")
	errForeign = errors.New("the answer is not in the API's form")
)

// parseEnvelope tells success from failure. Cloudflare can say "success": false
// with status 200, and a proxy on the way can answer with a page of its own.
func parseEnvelope(status int, body []byte) (answer, fault) {
	if status == http.StatusNoContent {
		return answer{}, fault{}
	}
	ok := status >= 200 && status < 300
	var env envelope
	if err := json.Unmarshal(body, &env); err != nil || env.Success == nil {
		f := unreadable(body, err)
		f.unclear = !refused(status)
		f.cut = f.cut && ok
		return answer{}, f
	}
	if ok && *env.Success {
		return answer{result: env.Result, info: env.Info}, fault{}
	}
	f := spoken(env.Errors)
	f.unclear = status >= 500 || status == http.StatusRequestTimeout || ok && *env.Success
	if f.message == "" {
		f.err = errors.New("the service gave no reason")
	}
	return answer{}, f
}

// spoken takes the service's own words out of its list of errors.
func spoken(list []apiError) fault {
	var f fault
	var words []string
	for _, e := range list {
		if f.code == 0 {
			f.code = e.Code
		}
		if f.pointer == "" {
			f.pointer = e.Source.Pointer
		}
		words = append(words, e.Message)
		for _, c := range e.Chain {
			words = append(words, c.Message)
		}
	}
	f.message = strings.Join(words, ": ")
	return f
}

// unreadable names what came instead of the API's JSON. The body itself stays
// out of errors.
func unreadable(body []byte, err error) fault {
	text := strings.TrimSpace(string(body))
	syntax, broken := errors.AsType[*json.SyntaxError](err)
	switch {
	case text == "":
		return fault{err: errEmpty}
	case strings.HasPrefix(text, "<"):
		return fault{err: errPage}
	case broken && int(syntax.Offset) >= len(body):
		return fault{err: errCut, cut: true}
	default:
		return fault{err: errForeign}
	}
}

// into decodes the result. Cloudflare's own types take what they understand and
// leave the rest empty, so callers check what must be there.
func (a answer) into(v any) error {
	if len(a.result) == 0 || string(a.result) == "null" {
		return a.bad(errEmpty)
	}
	if err := json.Unmarshal(a.result, v); err != nil {
		return a.bad(errForeign)
	}
	return nil
}

// bad is the error of an answer of success that lacks what it should hold. A
// write that was answered so may have been made.
func (a answer) bad(err error) error {
	return a.exchange.fail(steps.ServiceError{
		Status: http.StatusOK, Ray: a.reading.Ray, Err: err, Unclear: a.exchange.write,
	})
}

// lacks is the error of an object without a field that it must have.
func (a answer) lacks(field string) error {
	return a.bad(fmt.Errorf("the answer has no %s", field))
}

// last reports whether this is the last of several pages, having n entries when
// asked for per of them.
func (a answer) last(page, n, per int) bool {
	i := a.info
	if i.PerPage > 0 {
		per = i.PerPage
	}
	switch {
	case n == 0:
		return true
	case i.TotalPages > 0:
		return page >= i.TotalPages
	case i.TotalCount > 0:
		return page*per >= i.TotalCount
	default:
		return n < per
	}
}
