package cloudflare

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"

	"github.com/cloudflare/cloudflare-go/v7/option"

	"example.test/wizard/steps"
	"example.test/wizard/steps/retry"
)

// maxBody is more than the longest page of records can be.
const maxBody = 32 << 20

// An exchange is one call: a request, its tries if it is a read, and what came
// of it. It sits between Cloudflare's library and the network, so that no
// answer reaches the library's own error type, which prints requests.
type exchange struct {
	c      *Client
	write  bool
	secret steps.Secret
	parse  func(status int, body []byte) (answer, fault)

	path string // after the base
	name string // "POST /zones"
	out  answer
	err  *steps.ServiceError
}

// through is the library's middleware. The library gets an empty object: the
// answer is decoded by the caller, once it is known to be complete.
func (x *exchange) through(req *http.Request, next option.MiddlewareNext) (*http.Response, error) {
	send := x.run
	if !x.write && req.Method == http.MethodGet {
		send = x.share
	}
	err := send(req, next)
	if x.write {
		x.c.sharing.wrote()
	}
	if err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode: http.StatusOK,
		Header:     http.Header{"Content-Type": {"application/json"}},
		Body:       io.NopCloser(strings.NewReader("{}")),
		Request:    req,
	}, nil
}

// run sends a write once and a read as often as the policy allows.
func (x *exchange) run(req *http.Request, next option.MiddlewareNext) error {
	x.named(req)
	for failed := 1; ; failed++ {
		e, again := x.try(req, next)
		if e == nil || x.write || !again {
			x.c.heard(x, req, e)
		}
		if e == nil {
			return nil
		}
		x.err = e
		if x.write || !again {
			return e
		}
		if !x.c.retry.Pause(req.Context(), failed, e.Wait) {
			if e.Err == nil {
				e.Err = req.Context().Err()
			}
			return e
		}
		x.err = nil
	}
}

// named notes what the call is, for errors.
func (x *exchange) named(req *http.Request) {
	x.path = "/" + strings.TrimPrefix(req.URL.Path, x.c.base.Path)
	x.name = req.Method + " " + x.path
}

// try sends the request once and reads the whole answer. again says whether a
// read may be tried once more.
func (x *exchange) try(req *http.Request, next option.MiddlewareNext) (e *steps.ServiceError, again bool) {
	if err := req.Context().Err(); err != nil {
		return x.fail(steps.ServiceError{Err: err}), false // nothing was sent
	}
	x.c.count(req.Method, x.path)
	ctx, cancel := context.WithTimeout(req.Context(), x.c.retry.Try)
	defer cancel()
	var asked, got atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { got.Store(true) },
	})
	r := req.Clone(ctx)
	if req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			return x.fail(steps.ServiceError{Err: x.clean(err)}), false
		}
		r.Body = body
	}
	resp, err := next(r)
	if err != nil {
		// Without a connection nothing was sent. A transport that does not tell
		// leaves it open.
		unsent := asked.Load() && !got.Load()
		return x.fail(steps.ServiceError{Err: x.clean(err), Unclear: x.write && !unsent}), worthwhile(err)
	}
	defer resp.Body.Close()
	reading := steps.Reading{At: x.c.now(), Source: x.c.source, Ray: resp.Header.Get("Cf-Ray")}
	seen := steps.ServiceError{Status: resp.StatusCode, Ray: reading.Ray, Wait: retry.After(resp.Header.Get("Retry-After"), reading.At)}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	if err == nil && len(body) > maxBody {
		err = errors.New("the answer is too long")
	}
	if err != nil {
		seen.Err = x.clean(err)
		seen.Unclear = x.write && !refused(resp.StatusCode)
		return x.fail(seen), !refused(resp.StatusCode)
	}
	out, f := x.parse(resp.StatusCode, body)
	if f == (fault{}) {
		out.reading, out.exchange = reading, x
		x.out = out
		return nil, false
	}
	seen.Code, seen.Message, seen.Pointer, seen.Err = f.code, x.tidy(f.message), x.tidy(f.pointer), f.err
	seen.Unclear = x.write && f.unclear
	return x.fail(seen), f.cut || seen.Status == http.StatusTooManyRequests || seen.Status >= 500
}

// fail completes the error.
func (x *exchange) fail(e steps.ServiceError) *steps.ServiceError {
	e.Service, e.Call = "Cloudflare", x.name
	return &e
}

// refused reports whether the status alone says that nothing was changed. 408
// does not: the request may have been read.
func refused(status int) bool {
	return status >= 400 && status < 500 && status != http.StatusRequestTimeout
}

// worthwhile reports whether another try may end otherwise.
func worthwhile(err error) bool {
	_, badCertificate := errors.AsType[*tls.CertificateVerificationError](err)
	return !badCertificate
}

// clean takes the URL out of an error of net/http, and anything that repeats
// the token.
func (x *exchange) clean(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	if strings.Contains(err.Error(), x.secret.Reveal()) {
		return errors.New("the connection failed")
	}
	return err
}

// tidy makes the service's words fit for a log line and a page.
func (x *exchange) tidy(s string) string {
	s = strings.ReplaceAll(s, x.secret.Reveal(), "••••••••")
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }), " ")
	const most = 400
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return strings.TrimSpace(s)
}
