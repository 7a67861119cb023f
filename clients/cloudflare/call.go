package cloudflare

import (
	"context"
	"errors"
	"fmt"

	"github.com/cloudflare/cloudflare-go/v7/option"

	"example.test/wizard/steps"
	"example.test/wizard/steps/retry"
)

// maxPages ends the reading of a list whose last page never comes.
const maxPages = 200

// ids are the identifiers that become part of a path.
type ids []string

// check refuses what would lead to another path: the library does not escape.
func (list ids) check() error {
	for _, id := range list {
		if id == "" {
			return errors.New("an identifier is missing")
		}
		for _, r := range id {
			if (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' && r != '_' {
				return fmt.Errorf("%q is not an identifier", id)
			}
		}
	}
	return nil
}

// read makes a call that changes nothing. It may take several tries.
func (c *Client) read(ctx context.Context, in ids, send request) (answer, error) {
	return c.do(ctx, false, in, send)
}

// write makes a call that changes something, once.
func (c *Client) write(ctx context.Context, in ids, send request) (answer, error) {
	return c.do(ctx, true, in, send)
}

func (c *Client) do(ctx context.Context, write bool, in ids, send request) (answer, error) {
	x, err := c.exchange(write)
	if err != nil {
		return answer{}, err
	}
	if err := in.check(); err != nil {
		return answer{}, fmt.Errorf("cloudflare: %w", err)
	}
	ctx, cancel := retry.Bounded(ctx)
	defer cancel()
	var unused []byte
	err = send(
		ctx,
		option.WithBaseURL(c.base.String()),
		option.WithHTTPClient(c.http),
		option.WithAPIToken(x.secret.Reveal()),
		option.WithMaxRetries(0),
		option.WithMiddleware(x.through),
		option.WithResponseBodyInto(&unused),
	)
	switch {
	case x.err != nil:
		return answer{}, x.err
	case x.out.exchange != nil:
		// Complete, even when ctx ended the moment after.
		return x.out, nil
	default:
		return answer{}, fmt.Errorf("cloudflare: the call was not made: %w", err)
	}
}

// exchange starts a call. Without a token there is none.
func (c *Client) exchange(write bool) (*exchange, error) {
	secret, err := c.secret()
	if err != nil {
		return nil, err
	}
	if c.base == nil {
		return nil, &steps.ServiceError{Service: "Cloudflare", Call: "any", Err: errors.New("the address of the API is not a URL")}
	}
	return &exchange{c: c, write: write, secret: steps.NewSecret(secret), parse: parseEnvelope}, nil
}

// pages reads a list page by page. list asks for one page; take gets each
// answer and returns how many entries it has.
func (c *Client) pages(ctx context.Context, in ids, per int, list func(page int) request, take func(answer) (int, error)) error {
	ctx, cancel := retry.Bounded(ctx)
	defer cancel()
	for page := 1; ; page++ {
		out, err := c.read(ctx, in, list(page))
		if err != nil {
			return err
		}
		n, err := take(out)
		if err != nil {
			return err
		}
		if out.last(page, n, per) {
			return nil
		}
		if page == maxPages {
			return out.bad(fmt.Errorf("the list has more than %d pages", maxPages))
		}
	}
}
