package plex

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
)

const (
	tokenLetters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789-_"
	codeLetters  = "abcdefghijklmnopqrstuvwxyz0123456789"
	shortLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
)

// pick returns n random letters of the alphabet, well enough spread for secrets
// that protect nothing.
func pick(alphabet string, n int) string {
	out := make([]byte, n)
	_, _ = rand.Read(out) // never fails, says its documentation
	for i, b := range out {
		out[i] = alphabet[int(b)%len(alphabet)]
	}
	return string(out)
}

func newToken(n int) string { return pick(tokenLetters, n) }

func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func newHash() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
