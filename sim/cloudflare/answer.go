package cloudflare

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// answer is what a handler has to say.
type answer struct {
	status  int // 0 means 200
	result  any
	info    *resultInfo
	notes   []item
	extra   map[string]any // further members of the envelope
	bare    bool           // an envelope without "result"
	raw     []byte         // instead of the envelope, with its type
	rawType string
}

// resultInfo tells which part of a list this is.
type resultInfo struct {
	Page       int `json:"page"`
	PerPage    int `json:"per_page"`
	Count      int `json:"count"`
	TotalCount int `json:"total_count"`
	TotalPages int `json:"total_pages"`
}

// item is an error or a message of the envelope.
type item struct {
	Code    int     `json:"code"`
	Message string  `json:"message"`
	Source  *source `json:"source,omitempty"`
	Chain   []item  `json:"error_chain,omitempty"`
}

// source points into the request at what was wrong (a JSON pointer).
type source struct {
	Pointer string `json:"pointer"`
}

// apiError is a refusal in the API's own form.
type apiError struct {
	status int
	items  []item
}

// Error lists the codes and messages.
func (e *apiError) Error() string {
	parts := make([]string, len(e.items))
	for i, it := range e.items {
		parts[i] = fmt.Sprintf("%s (%d)", it.Message, it.Code)
	}
	return strings.Join(parts, "; ")
}

// fail makes a refusal with one code.
func fail(status, code int, format string, args ...any) *apiError {
	msg := format
	if len(args) > 0 {
		msg = fmt.Sprintf(format, args...)
	}
	return &apiError{status: status, items: []item{{Code: code, Message: msg}}}
}

// at adds a pointer into the request to a refusal.
func (e *apiError) at(pointer string) *apiError {
	e.items[0].Source = &source{pointer}
	return e
}

// bad is a refusal of the request's content: status 400.
func bad(code int, format string, args ...any) *apiError {
	return fail(http.StatusBadRequest, code, format, args...)
}

// noRoute is the answer to a path that does not exist.
func noRoute(path string) *apiError {
	return &apiError{status: http.StatusNotFound, items: []item{
		{Code: 7003, Message: "Could not route to " + path + ", perhaps your object identifier is invalid?"},
		{Code: 7000, Message: "No route for that URI"},
	}}
}

// encode writes an answer or an error as status, content type and body.
func encode(ans answer, err error) (status int, contentType string, body []byte) {
	const jsonType = "application/json"
	if err != nil {
		var refusal *apiError
		if !errors.As(err, &refusal) {
			refusal = fail(http.StatusInternalServerError, 10013, "internal error")
		}
		b, _ := json.Marshal(map[string]any{"success": false, "errors": refusal.items, "messages": []item{}, "result": nil})
		return refusal.status, jsonType, b
	}
	status = ans.status
	if status == 0 {
		status = http.StatusOK
	}
	if ans.rawType != "" || status == http.StatusNoContent {
		return status, ans.rawType, ans.raw
	}
	env := map[string]any{"success": true, "errors": []item{}, "messages": []item{}}
	for k, v := range ans.extra {
		env[k] = v
	}
	if !ans.bare {
		env["result"] = ans.result
	}
	if ans.notes != nil {
		env["messages"] = ans.notes
	}
	if ans.info != nil {
		env["result_info"] = ans.info
	}
	b, err := json.Marshal(env)
	if err != nil { // every result was encoded once before
		return http.StatusInternalServerError, jsonType, []byte(`{"success":false,"errors":[],"messages":[],"result":null}`)
	}
	return status, jsonType, b
}

// write sends an answer or an error.
func write(w http.ResponseWriter, ans answer, err error) {
	status, contentType, body := encode(ans, err)
	if contentType != "" {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	}
	var refusal *apiError
	if errors.As(err, &refusal) && refusal.status == http.StatusTooManyRequests && w.Header().Get("Retry-After") == "" {
		w.Header().Set("Retry-After", "1")
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that has gone away has its own trouble
}
