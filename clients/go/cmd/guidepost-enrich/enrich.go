package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/netip"
	"time"

	"github.com/guidepost-server/guidepost/clients/go/guidepost"
)

const (
	// Longer lines are handed on as they are.
	lineBytesMax = 1 << 20
	// Lines that are looked up together, and with their bytes all that is in memory.
	linesMax      = 2048
	linesBytesMax = 8 << 20
)

// fields are those that have the addresses.
type fields struct{ source, destination string }

// finder finds routes; nil where nothing covers an address.
type finder interface {
	find(addresses []netip.Addr) ([]*guidepost.Route, error)
	close()
}

// copied looks up in a copy of the table.
type copied struct{ live *guidepost.LiveRouteTable }

func (c *copied) find(addresses []netip.Addr) ([]*guidepost.Route, error) {
	found := make([]*guidepost.Route, len(addresses))
	for i, each := range addresses {
		found[i], _ = c.live.Lookup(each)
	}
	return found, nil
}

func (c *copied) close() { c.live.Close() }

// asking asks the server, and waits for one that is away: the lines wait with it.
type asking struct {
	ctx    context.Context
	routes *guidepost.Routes
	wait   time.Duration
}

func (a *asking) find(addresses []netip.Addr) ([]*guidepost.Route, error) {
	found := make([]*guidepost.Route, len(addresses))
	var valid []netip.Addr
	var places []int
	for i, each := range addresses {
		if each.IsValid() {
			valid, places = append(valid, each), append(places, i)
		}
	}
	if len(valid) == 0 {
		return found, nil
	}
	until := time.Now().Add(a.wait)
	many, err := a.routes.LookupMany(a.ctx, valid)
	for errors.Is(err, guidepost.ErrUnavailable) && time.Now().Before(until) {
		many, err = a.routes.LookupMany(a.ctx, valid) // which has paused between its own tries
	}
	if err != nil {
		return nil, err
	}
	for i, place := range places {
		found[place] = many.At(i)
	}
	return found, nil
}

func (a *asking) close() {}

// tally is what became of the lines: read = enriched + uncovered + unread.
type tally struct{ read, enriched, uncovered, unread int }

// flow is a line and the addresses in it; invalid ones if it is no flow record.
type flow struct {
	line                []byte
	source, destination netip.Addr
}

// enrich hands lines on, in order, with what is known of their addresses. It never waits for more
// input while it holds lines.
func enrich(ctx context.Context, in io.Reader, out io.Writer, names fields, routes finder) (tally, error) {
	reader := bufio.NewReaderSize(in, lineBytesMax)
	writer := bufio.NewWriterSize(out, 1<<16)
	done := tally{}
	for {
		flows, part, end := batch(reader, names)
		if err := done.write(writer, flows, routes); err != nil {
			return done, err
		}
		if errors.Is(end, bufio.ErrBufferFull) {
			done.read++
			done.unread++
			end = handOn(part, reader, writer)
		}
		if err := writer.Flush(); err != nil {
			return done, err
		}
		if end == io.EOF {
			return done, nil
		}
		if end == nil {
			end = ctx.Err()
		}
		if end != nil {
			return done, end
		}
	}
}

// batch reads the lines that are there, at least one. With bufio.ErrBufferFull comes the first part of
// a line that is too long, which is there until more is read.
func batch(reader *bufio.Reader, names fields) (flows []flow, part []byte, end error) {
	held := 0
	for len(flows) < linesMax && held < linesBytesMax {
		if len(flows) > 0 && !hasLine(reader) {
			return flows, nil, nil
		}
		line, err := reader.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			return flows, line, err
		}
		if len(line) > 0 {
			flows = append(flows, parsed(bytes.Clone(line), names))
			held += len(line)
		}
		if err != nil {
			return flows, nil, err
		}
	}
	return flows, nil, nil
}

func hasLine(reader *bufio.Reader) bool {
	buffered, _ := reader.Peek(reader.Buffered())
	return bytes.IndexByte(buffered, '\n') >= 0
}

// handOn copies a line that is too long.
func handOn(part []byte, reader *bufio.Reader, writer *bufio.Writer) error {
	err := bufio.ErrBufferFull
	for {
		if _, failed := writer.Write(part); failed != nil {
			return failed
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
		part, err = reader.ReadSlice('\n')
	}
}

func parsed(line []byte, names fields) flow {
	f := flow{line: line}
	var values map[string]json.RawMessage
	if json.Unmarshal(line, &values) == nil {
		f.source, f.destination = address(values[names.source]), address(values[names.destination])
	}
	return f
}

func address(value json.RawMessage) netip.Addr {
	var text string
	if json.Unmarshal(value, &text) != nil {
		return netip.Addr{}
	}
	parsed, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Addr{}
	}
	return parsed.Unmap().WithZone("")
}

func (t *tally) write(writer *bufio.Writer, flows []flow, routes finder) error {
	addresses := make([]netip.Addr, 0, 2*len(flows))
	for _, each := range flows {
		addresses = append(addresses, each.source, each.destination)
	}
	found, err := routes.find(addresses)
	if err != nil {
		return err
	}
	for i, each := range flows {
		t.read++
		source, destination := found[2*i], found[2*i+1]
		line := each.line
		switch {
		case !each.source.IsValid() && !each.destination.IsValid():
			t.unread++
		case source == nil && destination == nil:
			t.uncovered++
		default:
			t.enriched++
			if line, err = with(line, source, destination); err != nil {
				return err
			}
		}
		if _, err := writer.Write(line); err != nil {
			return err
		}
	}
	return nil
}

// added are the fields that a flow record gets.
type added struct {
	SourceRoute          string `json:"src_route,omitempty"`
	SourceNextHop        string `json:"src_route_next_hop,omitempty"`
	SourceInterface      string `json:"src_route_interface,omitempty"`
	SourceOwner          string `json:"src_route_source,omitempty"`
	DestinationRoute     string `json:"dst_route,omitempty"`
	DestinationNextHop   string `json:"dst_route_next_hop,omitempty"`
	DestinationInterface string `json:"dst_route_interface,omitempty"`
	DestinationOwner     string `json:"dst_route_source,omitempty"`
}

// with puts the fields before the end of an object; what was there stays as it was, byte by byte.
func with(line []byte, source, destination *guidepost.Route) ([]byte, error) {
	more := added{}
	if source != nil {
		more.SourceRoute, more.SourceNextHop = source.Prefix.String(), nextHop(source)
		more.SourceInterface, more.SourceOwner = source.Interface, source.Source
	}
	if destination != nil {
		more.DestinationRoute, more.DestinationNextHop = destination.Prefix.String(), nextHop(destination)
		more.DestinationInterface, more.DestinationOwner = destination.Interface, destination.Source
	}
	fields, err := json.Marshal(more)
	if err != nil {
		return nil, err
	}
	end := bytes.LastIndexByte(line, '}') // it was read as an object with an address: not empty
	enriched := append(make([]byte, 0, len(line)+len(fields)), line[:end]...)
	enriched = append(enriched, ',')
	enriched = append(enriched, fields[1:]...)
	return append(enriched, line[end+1:]...), nil
}

func nextHop(route *guidepost.Route) string {
	if !route.NextHop.IsValid() {
		return ""
	}
	return route.NextHop.String()
}
