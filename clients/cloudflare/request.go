package cloudflare

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/cloudflare/cloudflare-go/v7/ips"
	"github.com/cloudflare/cloudflare-go/v7/option"
)

// A request makes one call of Cloudflare's library with the given options.
type request func(ctx context.Context, opts ...option.RequestOption) error

// get reads a path of the API. The query is given as names and values.
func get(path string, query ...string) request { return send(http.MethodGet, path, nil, query...) }

// send calls a path of the API, with exact JSON as the body unless it is nil.
//
// Cloudflare's library has a package for each service, and each registers all
// types of all its answers: zero_trust and rulesets alone make the program a
// quarter larger. None of them is used, as the exchange reads the answers itself.
// So every call is one of the smallest service, ips, and is given its real
// method, path and body before anything else sees it. The rest, from headers to
// authorisation, is the library's. What is sent is held against Cloudflare's own
// description of its API by the tests.
func send(method, path string, js []byte, query ...string) request {
	return func(ctx context.Context, opts ...option.RequestOption) error {
		all := []option.RequestOption{option.WithMiddleware(func(r *http.Request, next option.MiddlewareNext) (*http.Response, error) {
			r = r.Clone(r.Context())
			r.Method, r.URL.Path, r.URL.RawQuery = method, strings.TrimSuffix(r.URL.Path, "ips")+path, pairs(query).Encode()
			return next(r)
		})}
		if all = append(all, opts...); js != nil {
			all = append(all, option.WithRequestBody("application/json", bytes.Clone(js)))
		}
		_, err := ips.NewIPService().List(ctx, ips.IPListParams{}, all...)
		return err
	}
}

func pairs(list []string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(list); i += 2 {
		v.Set(list[i], list[i+1])
	}
	return v
}

// paged asks for one page of a list, with more of a query.
func paged(page, per int, query ...string) []string {
	return append([]string{"page", strconv.Itoa(page), "per_page", strconv.Itoa(per)}, query...)
}

// dryRun asks for a rehearsal.
func dryRun(dry bool) []string {
	if !dry {
		return nil
	}
	return []string{"dry_run", "true"}
}
