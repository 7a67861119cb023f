package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"time"

	"github.com/PuerkitoBio/goquery"

	"example.test/wizard/tools/walker"
)

// rounds is how often each page is asked for.
const rounds = 300

// pages measures three answers, each beside a plain handler that writes the same
// bytes, one request after the other.
func (b bench) pages(ctx context.Context, p *walker.Person) error {
	for _, page := range []struct {
		name, path string
		poll       bool
		goal       float64 // times the plain handler
	}{
		{"home page", "/", false, 3},
		{"page of a step", "/steps/tunnel", false, 0},
		{"checks of a step", "/steps/tunnel/checks", true, 0},
	} {
		u, err := p.URL(page.path)
		if err != nil {
			return err
		}
		body, err := fetch(ctx, p.Client, u, page.poll)
		if err != nil {
			return err
		}
		plain, stop, err := floor(ctx, body)
		if err != nil {
			return err
		}
		bare := &http.Client{Timeout: 10 * time.Second}
		var ours, floors []time.Duration
		for range rounds {
			for _, one := range []struct {
				client *http.Client
				to     string
				took   *[]time.Duration
			}{{p.Client, u, &ours}, {bare, plain, &floors}} {
				began := time.Now()
				if _, err := fetch(ctx, one.client, one.to, page.poll); err != nil {
					return errors.Join(err, stop())
				}
				*one.took = append(*one.took, time.Since(began))
			}
		}
		if err := stop(); err != nil {
			return err
		}
		b.report.add(page.name+", p50", "ms", ms(quantile(ours, 0.5)), 0)
		b.report.add(page.name+", p95", "ms", ms(quantile(ours, 0.95)), 0)
		b.report.add(page.name+", the same bytes by plain net/http, p50", "ms", ms(quantile(floors, 0.5)), 0)
		b.report.add(page.name+", times plain net/http", "×", float64(quantile(ours, 0.5))/float64(quantile(floors, 0.5)), page.goal)
	}
	return nil
}

// fetch gets a page whole.
func fetch(ctx context.Context, c *http.Client, address string, poll bool) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	if poll {
		r.Header.Set("HX-Request", "true")
	}
	res, err := c.Do(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err == nil && res.StatusCode >= http.StatusMultipleChoices {
		err = fmt.Errorf("GET %s: %s", address, res.Status)
	}
	return body, err
}

// floor starts a process of its own, as the wizard is one, that serves bytes with
// nothing but net/http.
func floor(ctx context.Context, body []byte) (address string, stop func() error, err error) {
	exe, err := os.Executable()
	if err != nil {
		return "", nil, err
	}
	c := exec.CommandContext(ctx, exe, plainly)
	c.Stdin = bytes.NewReader(body)
	out, err := c.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := c.Start(); err != nil {
		return "", nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return "", nil, errors.Join(err, c.Wait())
	}
	return strings.TrimSpace(line), func() error { return errors.Join(c.Process.Kill(), ignoreExit(c.Wait())) }, nil
}

// plainly is the argument that makes this program the plain handler.
const plainly = "serve-standard-input"

// serve is that handler. It runs until it is killed.
func serve(body io.Reader, stdout io.Writer) error {
	b, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "http://%s/\n", l.Addr())
	s := &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(b) // the reader may have left
	})}
	return s.Serve(l)
}

// counted is a connection that counts what comes over it.
type counted struct {
	net.Conn
	n *atomic.Int64
}

func (c counted) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.n.Add(int64(n))
	return n, err
}

// firstVisit follows a start link to the home page with everything that a browser
// loads for it, and tells how many bytes came over the wire, headers included.
func firstVisit(ctx context.Context, link string) (int64, error) {
	var n atomic.Int64
	dial := &net.Dialer{Timeout: 5 * time.Second}
	p, err := walker.New()
	if err != nil {
		return 0, err
	}
	p.Transport = &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dial.DialContext(ctx, network, address)
		return counted{c, &n}, err
	}}
	if err := p.Open(ctx, link); err != nil {
		return 0, err
	}
	files := linked(p.Page().Document)
	if err := p.Next(ctx); err != nil {
		return 0, err
	}
	had := map[string]bool{}
	for _, f := range append(files, linked(p.Page().Document)...) {
		if had[f] {
			continue // it is in the browser's cache
		}
		had[f] = true
		u, err := p.URL(f)
		if err != nil {
			return 0, err
		}
		if _, err := fetch(ctx, p.Client, u, false); err != nil {
			return 0, err
		}
	}
	p.CloseIdleConnections()
	return n.Load(), nil
}

// linked lists the files that a page loads.
func linked(page *goquery.Document) []string {
	var out []string
	for _, e := range page.Find(`link[rel="stylesheet"], link[rel="icon"], script[src]`).EachIter() {
		out = append(out, e.AttrOr("href", e.AttrOr("src", "")))
	}
	return out
}
