package cloudflare

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"example.test/wizard/steps"
	"example.test/wizard/steps/retry"
)

// queryError marks an error that GraphQL itself gave, with its own code, such as
// "authz"; most come with status 200.
type queryError string

func (q queryError) Error() string {
	if q == "" {
		return "the query was refused"
	}
	return "the query was refused: " + string(q)
}

// query asks the GraphQL API for what its viewer sees of one zone, and decodes
// that into v.
func (c *Client) query(ctx context.Context, text string, vars map[string]string, v any) error {
	x, err := c.exchange(false)
	if err != nil {
		return err
	}
	x.parse = parseGraphQL
	js, err := json.Marshal(map[string]any{"query": text, "variables": vars})
	if err != nil {
		return err
	}
	ctx, cancel := retry.Bounded(ctx)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base.JoinPath("graphql").String(), bytes.NewReader(js))
	if err != nil {
		return x.fail(steps.ServiceError{Err: errors.New("the address of the API is not a URL")})
	}
	req.Header.Set("Authorization", "Bearer "+x.secret.Reveal())
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	if err := x.run(req, c.http.Do); err != nil {
		return x.err
	}
	var data struct {
		Viewer struct {
			Zones []json.RawMessage `json:"zones"`
		} `json:"viewer"`
	}
	if json.Unmarshal(x.out.result, &data) != nil {
		return x.out.bad(errForeign)
	}
	if len(data.Viewer.Zones) == 0 {
		return x.out.lacks("zone")
	}
	if json.Unmarshal(data.Viewer.Zones[0], v) != nil {
		return x.out.bad(errForeign)
	}
	return nil
}

// parseGraphQL takes errors from the answer, whatever its status.
func parseGraphQL(status int, body []byte) (answer, fault) {
	var env struct {
		Data   json.RawMessage `json:"data"`
		Errors []struct {
			Code       int    `json:"code"`
			Message    string `json:"message"`
			Extensions struct {
				Code string `json:"code"`
			} `json:"extensions"`
		} `json:"errors"`
	}
	ok := status >= 200 && status < 300
	if err := json.Unmarshal(body, &env); err != nil {
		f := unreadable(body, err)
		f.cut = f.cut && ok
		return answer{}, f
	}
	if len(env.Errors) > 0 {
		var words []string
		for _, e := range env.Errors {
			words = append(words, e.Message)
		}
		f := fault{code: env.Errors[0].Code, message: strings.Join(words, "; ")}
		if f.code == 0 {
			f.err = queryError(word(env.Errors[0].Extensions.Code))
		}
		return answer{}, f
	}
	if !ok || len(env.Data) == 0 || string(env.Data) == "null" {
		return answer{}, fault{err: errForeign}
	}
	return answer{result: env.Data}, fault{}
}

// word keeps a code that is one plain word, nothing else.
func word(s string) string {
	if len(s) > 40 || strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz_") != "" {
		return ""
	}
	return s
}
