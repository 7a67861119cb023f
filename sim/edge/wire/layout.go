package wire

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	capnp "zombiezen.com/go/capnproto2"
)

// registrationServer is the id of the Cap'n Proto interface that the edge serves as its bootstrap object.
const registrationServer = 0xf71695ec7fe85497

// Its methods.
const (
	methodRegister = iota
	methodUnregister
	methodUpdateLocal
)

// Registration is what a connector presents for one of its connections.
type Registration struct {
	AccountTag         string
	Secret             []byte
	TunnelID           UUID
	ConnIndex          uint8
	ConnectorID        UUID
	Features           []string
	Version, Arch      string
	OriginLocalIP      []byte
	ReplaceExisting    bool
	CompressionQuality uint8
	PreviousAttempts   uint8
}

// Details is the edge's acceptance.
type Details struct {
	ConnectionID    UUID
	Location        string // data centre, for example lhr01
	RemotelyManaged bool
}

// Refusal is the edge's refusal, an error with advice.
type Refusal struct {
	Cause       string
	RetryAfter  time.Duration
	ShouldRetry bool
}

// Error is the cause as the edge gave it.
func (r *Refusal) Error() string { return r.Cause }

// The layouts below are written by hand, from the numbers of cloudflared's tunnelrpc.capnp: sizes in bytes of data and pointers, offsets in bytes or
// bits of the data, pointers by position.
const (
	bitReplaceExisting = capnp.BitOffset(0)
	bitShouldRetry     = capnp.BitOffset(64)
	bitRemotelyManaged = capnp.BitOffset(0)
)

// Tags of the union in ConnectionResponse.
const (
	tagError   = 0
	tagDetails = 1
)

func child(s capnp.Struct, i uint16, data capnp.Size, pointers uint16) (capnp.Struct, error) {
	c, err := capnp.NewStruct(s.Segment(), capnp.ObjectSize{DataSize: data, PointerCount: pointers})
	if err != nil {
		return c, err
	}
	return c, s.SetPtr(i, c.ToPtr())
}

func putParams(p capnp.Struct, r Registration) error {
	p.SetUint8(0, r.ConnIndex)
	auth, err := child(p, 0, 0, 2)
	if err != nil {
		return err
	}
	options, err := child(p, 2, 8, 2)
	if err != nil {
		return err
	}
	options.SetBit(bitReplaceExisting, r.ReplaceExisting)
	options.SetUint8(1, r.CompressionQuality)
	options.SetUint8(2, r.PreviousAttempts)
	client, err := child(options, 0, 0, 4)
	if err != nil {
		return err
	}
	features, err := capnp.NewTextList(p.Segment(), int32(len(r.Features)))
	if err != nil {
		return err
	}
	for i, f := range r.Features {
		if err := features.Set(i, f); err != nil {
			return err
		}
	}
	return errors.Join(
		auth.SetText(0, r.AccountTag), auth.SetData(1, r.Secret),
		p.SetData(1, r.TunnelID[:]),
		options.SetData(1, r.OriginLocalIP),
		client.SetData(0, r.ConnectorID[:]), client.SetPtr(1, features.ToPtr()), client.SetText(2, r.Version), client.SetText(3, r.Arch),
	)
}

func getParams(p capnp.Struct) (Registration, error) {
	var e fields
	auth, options := e.at(p, 0).Struct(), e.at(p, 2).Struct()
	client := e.at(options, 0).Struct()
	r := Registration{
		ConnIndex:          p.Uint8(0),
		AccountTag:         e.at(auth, 0).Text(),
		Secret:             bytes.Clone(e.at(auth, 1).Data()),
		OriginLocalIP:      bytes.Clone(e.at(options, 1).Data()),
		ReplaceExisting:    options.Bit(bitReplaceExisting),
		CompressionQuality: options.Uint8(1),
		PreviousAttempts:   options.Uint8(2),
		Version:            e.at(client, 2).Text(),
		Arch:               e.at(client, 3).Text(),
	}
	e.uuid(&r.TunnelID, p, 1)
	e.uuid(&r.ConnectorID, client, 0)
	features := capnp.TextList{List: e.at(client, 1).List()}
	for i := range features.Len() {
		f, err := features.At(i)
		e.err = errors.Join(e.err, err)
		r.Features = append(r.Features, f)
	}
	return r, e.err
}

func putResults(s capnp.Struct, d Details, refusal *Refusal) error {
	response, err := child(s, 0, 8, 1)
	if err != nil {
		return err
	}
	if refusal != nil {
		response.SetUint16(0, tagError)
		e, err := child(response, 0, 16, 1)
		if err != nil {
			return err
		}
		e.SetUint64(0, uint64(refusal.RetryAfter.Nanoseconds()))
		e.SetBit(bitShouldRetry, refusal.ShouldRetry)
		return e.SetText(0, refusal.Cause)
	}
	response.SetUint16(0, tagDetails)
	v, err := child(response, 0, 8, 2)
	if err != nil {
		return err
	}
	v.SetBit(bitRemotelyManaged, d.RemotelyManaged)
	return errors.Join(v.SetData(0, d.ConnectionID[:]), v.SetText(1, d.Location))
}

// getResults returns a *Refusal as its error when the edge said no.
func getResults(s capnp.Struct) (Details, error) {
	var e fields
	response := e.at(s, 0).Struct()
	value := e.at(response, 0).Struct()
	switch tag := response.Uint16(0); tag {
	case tagError:
		r := &Refusal{Cause: e.at(value, 0).Text(), RetryAfter: time.Duration(value.Uint64(0)), ShouldRetry: value.Bit(bitShouldRetry)}
		if e.err != nil {
			return Details{}, e.err
		}
		return Details{}, r
	case tagDetails:
		d := Details{Location: e.at(value, 1).Text(), RemotelyManaged: value.Bit(bitRemotelyManaged)}
		e.uuid(&d.ConnectionID, value, 0)
		return d, e.err
	default:
		return Details{}, fmt.Errorf("connection response: unknown tag %d", tag)
	}
}

// fields reads pointers and keeps the first things that went wrong, so that a layout reads as a list.
type fields struct{ err error }

func (f *fields) at(s capnp.Struct, i uint16) capnp.Ptr {
	p, err := s.Ptr(i)
	f.err = errors.Join(f.err, err)
	return p
}

func (f *fields) uuid(into *UUID, s capnp.Struct, i uint16) {
	b := f.at(s, i).Data()
	if len(b) != len(into) {
		f.err = errors.Join(f.err, fmt.Errorf("uuid has %d bytes instead of %d", len(b), len(into)))
		return
	}
	copy(into[:], b)
}
