package plex

import (
	"errors"
	"net/http"
)

// tvError is an error as plex.tv writes it: {"errors":[{code,message,status}]}.
type tvError struct {
	status, code int
	message      string
}

func (e *tvError) Error() string { return e.message }

// The errors of plex.tv. 1000, 1001 and 1003 are from the community
// specification, 1020 from python-plexapi's users; the guard's code is ours.
var (
	errNoClient    = &tvError{http.StatusBadRequest, 1000, "X-Plex-Client-Identifier is missing"}
	errNoUser      = &tvError{http.StatusUnauthorized, 1001, "User could not be authenticated"}
	errRateLimited = &tvError{http.StatusTooManyRequests, 1003, "API rate limit exceeded"}
	errNoPin       = &tvError{http.StatusNotFound, 1020, "Code not found or expired"}
	errNotFound    = &tvError{http.StatusNotFound, 1002, "Not found"}
	errUnavailable = &tvError{http.StatusServiceUnavailable, 1999, "Service temporarily unavailable"}
	errGuard       = &tvError{http.StatusForbidden, 9999, "This token must never be signed out: it is not the program's own"}
)

func answerTV(w http.ResponseWriter, r *http.Request, err error) {
	var known *tvError
	if !errors.As(err, &known) {
		known = &tvError{http.StatusInternalServerError, 1998, err.Error()}
	}
	answer(w, r, known.status, node{name: "errors", shape: shapeList, kids: []node{{
		name:  "error",
		attrs: []attr{{"code", known.code}, {"message", known.message}, {"status", known.status}},
	}}}, named)
}
