//go:build !unix

package plex_test

import "testing"

// asNobody does nothing where rights work in another way.
func asNobody(t *testing.T) bool {
	t.Skip("rights of files are another matter here")
	return false
}
