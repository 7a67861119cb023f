package wire

import (
	"encoding/base64"
	"encoding/json"
	"errors"
)

// Token is what a connector is started with.
type Token struct {
	AccountTag string
	TunnelID   UUID
	Secret     []byte
	Endpoint   string // optional, "fed" or a region
}

// errToken says nothing about the content, which is a secret.
var errToken = errors.New("tunnel token is not valid")

type tokenJSON struct {
	A string `json:"a"`
	T string `json:"t"`
	S []byte `json:"s"`
	E string `json:"e,omitempty"`
}

// ParseToken reads base64(standard, padded) of {"a":account,"t":uuid,"s":base64(secret)}. Its error never holds any of the token.
func ParseToken(s string) (Token, error) {
	raw, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return Token{}, errToken
	}
	var j tokenJSON
	if json.Unmarshal(raw, &j) != nil {
		return Token{}, errToken
	}
	id, err := ParseUUID(j.T)
	if err != nil || j.A == "" || len(j.S) == 0 {
		return Token{}, errToken
	}
	return Token{AccountTag: j.A, TunnelID: id, Secret: j.S, Endpoint: j.E}, nil
}

// Encode writes the token in the form that ParseToken reads.
func (t Token) Encode() string {
	raw, _ := json.Marshal(tokenJSON{A: t.AccountTag, T: t.TunnelID.String(), S: t.Secret, E: t.Endpoint}) // strings and bytes cannot fail
	return base64.StdEncoding.EncodeToString(raw)
}
