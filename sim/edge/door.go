package edge

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"sync"
	"syscall"
	"time"
)

// door is one address that connectors dial: the stand-in for port 7844 of one data centre, TCP and UDP on the same number.
type door struct {
	addr  string
	colo  string
	serve func(conn net.Conn, colo string) // runs in its own goroutine
	wg    *sync.WaitGroup

	mu       sync.Mutex
	tcp, udp Reach
	ln       net.Listener
	pc       net.PacketConn
	held     map[net.Conn]struct{} // accepted in silence
}

// openDoor finds a port that is free for both protocols.
func openDoor(colo string, wg *sync.WaitGroup, serve func(net.Conn, string)) (*door, error) {
	var errs error
	for range 20 {
		ln, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("edge %s: %w", colo, err)
		}
		pc, err := net.ListenPacket("udp4", ln.Addr().String())
		if err != nil {
			errs = errors.Join(errs, err, ln.Close())
			continue
		}
		d := &door{addr: ln.Addr().String(), colo: colo, serve: serve, wg: wg, held: map[net.Conn]struct{}{}}
		d.listen(ln)
		d.listenPacket(pc)
		return d, nil
	}
	return nil, fmt.Errorf("edge %s: no port free for both protocols: %w", colo, errs)
}

func (d *door) listen(ln net.Listener) {
	d.ln, d.tcp = ln, Open
	d.wg.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			d.admit(conn)
		}
	})
}

func (d *door) admit(conn net.Conn) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch d.tcp {
	case Open:
		d.wg.Go(func() { d.serve(conn, d.colo) })
	case Silent:
		d.held[conn] = struct{}{}
	default:
		_ = conn.Close()
	}
}

func (d *door) listenPacket(pc net.PacketConn) {
	d.pc, d.udp = pc, Open
	d.wg.Go(func() {
		buf := make([]byte, 2048)
		for {
			n, from, err := pc.ReadFrom(buf)
			if err != nil {
				if errors.Is(err, net.ErrClosed) {
					return
				}
				continue // an ICMP error of an earlier answer
			}
			d.mu.Lock()
			open := d.udp == Open
			d.mu.Unlock()
			var grease [1]byte
			_, _ = rand.Read(grease[:])
			if answer := versionNegotiation(buf[:n], grease[0]); open && answer != nil {
				_, _ = pc.WriteTo(answer, from)
			}
		}
	})
}

// set changes how the ports behave for newcomers; established connections stay, as behind most firewalls.
func (d *door) set(ctx context.Context, tcp, udp Reach) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.setTCP(ctx, tcp); err != nil {
		return fmt.Errorf("edge %s: %w", d.colo, err)
	}
	if err := d.setUDP(ctx, udp); err != nil {
		return fmt.Errorf("edge %s: %w", d.colo, err)
	}
	return nil
}

func (d *door) setTCP(ctx context.Context, to Reach) error {
	if to != Silent {
		for conn := range d.held {
			_ = conn.Close()
		}
		clear(d.held)
	}
	if to == Refused {
		if d.tcp != Refused {
			_ = d.ln.Close()
		}
	} else if d.tcp == Refused {
		ln, err := rebind(ctx, func() (net.Listener, error) { return net.Listen("tcp4", d.addr) })
		if err != nil {
			return err
		}
		d.listen(ln)
	}
	d.tcp = to
	return nil
}

func (d *door) setUDP(ctx context.Context, to Reach) error {
	if to == Refused {
		if d.udp != Refused {
			_ = d.pc.Close()
		}
	} else if d.udp == Refused {
		pc, err := rebind(ctx, func() (net.PacketConn, error) { return net.ListenPacket("udp4", d.addr) })
		if err != nil {
			return err
		}
		d.listenPacket(pc)
	}
	d.udp = to
	return nil
}

// rebind takes back a port that was given up; somebody else's outgoing connection may hold it for a moment.
func rebind[T any](ctx context.Context, listen func() (T, error)) (T, error) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		l, err := listen()
		if err == nil || !errors.Is(err, syscall.EADDRINUSE) {
			return l, err
		}
		select {
		case <-ctx.Done():
			return l, err
		case <-tick.C:
		}
	}
}

func (d *door) close() error {
	return d.set(context.Background(), Refused, Refused)
}
