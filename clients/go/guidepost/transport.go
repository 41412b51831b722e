package guidepost

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
)

const (
	// The full details of 65,536 routes have about half of it.
	messageBytesMax = 16 << 20
	// A server that restarts is back in about two seconds: the first tries are cheap.
	backoffMin = 100 * time.Millisecond
	// So soon a watch notices that the server is back.
	backoffMax = 5 * time.Second
	// So long a connection that was refused is not tried again: the tries of a read must meet an attempt.
	connectMax = time.Second
	// With 0.1 to 1.6 s between them: longer than a restart takes.
	readTries = 6
)

// pause is how long to wait before the next try: twice as long each time, give or take a half.
type pause struct{ next time.Duration }

func (p *pause) answered() { p.next = 0 }

func (p *pause) delay() time.Duration {
	delay := max(p.next, backoffMin)
	p.next = min(2*delay, backoffMax)
	return time.Duration(float64(delay) * (0.5 + rand.Float64()))
}

func sleep(ctx context.Context, delay time.Duration) error {
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return errorOf(ctx.Err())
	}
}

// server is one of a cluster.
type server struct {
	conn *grpc.ClientConn

	// Guarded by the transport's mutex.
	downUntil time.Time
	pause     pause
}

type transport struct {
	settings settings
	servers  []*server

	mu       sync.Mutex
	closed   bool
	next     int
	seen     map[string]uint64
	timeline string // that seen is of
}

func newTransport(servers string, options []Option) (*transport, error) {
	t := &transport{settings: settings{timeout: 40 * time.Second}, seen: map[string]uint64{}}
	for _, option := range options {
		if option == nil {
			continue
		}
		if err := option(&t.settings); err != nil {
			return nil, err
		}
	}
	creds := insecure.NewCredentials()
	if t.settings.tls != nil {
		creds = credentials.NewTLS(t.settings.tls)
	}
	for _, text := range strings.Split(servers, ",") {
		dialed, isLocal, err := target(strings.TrimSpace(text))
		if err == nil && t.settings.token != nil && t.settings.tls == nil && !isLocal {
			err = fmt.Errorf("server %q: a token must only be sent over TLS, or to this machine", text)
		}
		if err != nil {
			t.close()
			return nil, err
		}
		conn, err := grpc.NewClient(dialed,
			grpc.WithTransportCredentials(creds),
			grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(messageBytesMax)),
			grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: time.Minute, Timeout: 20 * time.Second}),
			grpc.WithDisableRetry(), // calls are tried again here, on the next server
			grpc.WithConnectParams(grpc.ConnectParams{
				Backoff:           backoff.Config{BaseDelay: backoffMin, Multiplier: 2, Jitter: 0.5, MaxDelay: connectMax},
				MinConnectTimeout: backoffMax,
			}))
		if err != nil {
			t.close()
			return nil, err
		}
		t.servers = append(t.servers, &server{conn: conn})
	}
	t.next = rand.IntN(len(t.servers))
	return t, nil
}

func (t *transport) isClosed() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.closed
}

func (t *transport) close() error {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	var errs []error
	for _, each := range t.servers {
		errs = append(errs, each.conn.Close())
	}
	return errors.Join(errs...)
}

// pick gives one server after the other, without those that just failed.
func (t *transport) pick() *server {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	var picked *server
	for i := range t.servers {
		each := t.servers[(t.next+i)%len(t.servers)]
		if !each.downUntil.After(now) {
			picked = each
			break
		}
		if picked == nil || each.downUntil.Before(picked.downUntil) {
			picked = each
		}
	}
	t.next = (slices.Index(t.servers, picked) + 1) % len(t.servers)
	return picked
}

func (t *transport) failed(s *server, err error) error {
	if err = errorOf(err); errors.Is(err, ErrUnavailable) {
		t.mu.Lock()
		s.downUntil = time.Now().Add(s.pause.delay())
		t.mu.Unlock()
	}
	return err
}

var seenEntry = regexp.MustCompile(`([a-z0-9-]{1,32})=([0-9]{1,18})`)

// answered remembers which revisions a cluster's answer was of: further calls wait for those.
func (t *transport) answered(s *server, header metadata.MD) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s.downUntil = time.Time{}
	s.pause.answered()
	if len(t.servers) == 1 {
		return
	}
	told := header.Get("guidepost-revision")
	if of := strings.Join(header.Get("guidepost-timeline"), ""); len(told) > 0 && of != t.timeline {
		clear(t.seen) // the servers were loaded or restored since
		t.timeline = of
	}
	for _, text := range told {
		for _, entry := range seenEntry.FindAllStringSubmatch(text, -1) {
			revision, _ := strconv.ParseUint(entry[2], 10, 64)
			t.seen[entry[1]] = max(t.seen[entry[1]], revision)
		}
	}
}

// headers adds what each call shows; the token that it shows comes back.
func (t *transport) headers(ctx context.Context) (context.Context, string, error) {
	token := ""
	if t.settings.token != nil {
		var err error
		if token, err = t.settings.token(ctx); err != nil {
			return nil, "", err
		}
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+token)
	}
	if t.settings.latest {
		ctx = metadata.AppendToOutgoingContext(ctx, "guidepost-read", "latest")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.seen) > 0 {
		var entries []string
		for _, name := range slices.Sorted(maps.Keys(t.seen)) {
			entries = append(entries, fmt.Sprintf("%s=%d", name, t.seen[name]))
		}
		ctx = metadata.AppendToOutgoingContext(ctx, "guidepost-revision", strings.Join(entries, ","))
		if t.timeline != "" {
			ctx = metadata.AppendToOutgoingContext(ctx, "guidepost-timeline", t.timeline)
		}
	}
	return ctx, token, nil
}

// tries decides whether a call that failed is tried again.
type tries struct {
	t       *transport
	repeats bool
	until   time.Time // besides the context's deadline
	made    int
	renewed bool
	pause   pause
}

// reads decides for a read that has no deadline of its own.
func (t *transport) reads() tries {
	return tries{t: t, repeats: true, until: time.Now().Add(t.settings.timeout)}
}

// again waits for the next try, or gives the error back.
func (r *tries) again(ctx context.Context, err error, shown string) error {
	var e *Error
	if !errors.As(err, &e) || ctx.Err() != nil {
		return err
	}
	r.made++
	delay := time.Duration(-1)
	switch {
	case e.Code == codes.Unauthenticated && r.t.settings.renews && !r.renewed:
		if token, failed := r.t.settings.token(ctx); failed == nil && token != shown {
			r.renewed, delay = true, 0
		}
	case e.RetryAfter > 0 && (r.repeats || e.NotDone):
		delay = time.Duration(float64(e.RetryAfter) * (1 + rand.Float64()/4))
	case e.Code == codes.Unavailable && (r.repeats || e.NotDone) && r.made < readTries:
		delay = r.pause.delay()
		if len(r.t.servers) > 1 && r.made == 1 {
			delay = 0
		}
	}
	deadline, ok := ctx.Deadline()
	if delay < 0 || ok && time.Until(deadline) < delay || !r.until.IsZero() && time.Until(r.until) < delay {
		return err
	}
	return sleep(ctx, delay)
}

// unary is one question and one answer; tried again where that can help and does no harm.
func (t *transport) unary(ctx context.Context, method string, request, response proto.Message, repeats bool) error {
	ctx, cancel := context.WithTimeout(ctx, t.settings.timeout)
	defer cancel()
	r := tries{t: t, repeats: repeats}
	for {
		shown, token, err := t.headers(ctx)
		if err != nil {
			return err
		}
		s := t.pick()
		var header metadata.MD
		if err = s.conn.Invoke(shown, method, request, response, grpc.Header(&header)); err == nil {
			t.answered(s, header)
			return nil
		}
		if err = r.again(ctx, t.failed(s, err), token); err != nil {
			return err
		}
	}
}

// call is a stream; its context must be cancelled.
type call struct {
	t      *transport
	s      *server
	stream grpc.ClientStream
	token  string
	begun  bool
}

func (t *transport) open(ctx context.Context, method string) (*call, error) {
	shown, token, err := t.headers(ctx)
	if err != nil {
		return nil, err
	}
	s := t.pick()
	desc := &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}
	stream, err := s.conn.NewStream(shown, desc, method)
	if err != nil {
		return nil, t.failed(s, err)
	}
	return &call{t: t, s: s, stream: stream, token: token}, nil
}

// ask opens a stream, sends its only request and ends that side.
func (t *transport) ask(ctx context.Context, method string, request proto.Message) (*call, error) {
	c, err := t.open(ctx, method)
	if err != nil {
		return nil, err
	}
	if err := c.stream.SendMsg(request); err != nil && err != io.EOF {
		return nil, t.failed(c.s, err) // io.EOF: the call has ended, and receive says why
	}
	if err := c.stream.CloseSend(); err != nil {
		return nil, t.failed(c.s, err)
	}
	return c, nil
}

// receive gives io.EOF at the end.
func (c *call) receive(response proto.Message) error {
	if err := c.stream.RecvMsg(response); err != nil {
		if err == io.EOF {
			return err
		}
		return c.t.failed(c.s, err)
	}
	if !c.begun {
		c.begun = true
		header, _ := c.stream.Header()
		c.t.answered(c.s, header)
	}
	return nil
}

// chunks asks once and hands over each answer; tried again as long as none has come.
func chunks[A any, PA interface {
	*A
	proto.Message
}](ctx context.Context, t *transport, method string, request proto.Message, yield func(PA) bool) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := t.reads()
	var c *call
	answer := PA(new(A))
	for {
		var err error
		token := ""
		if c, err = t.ask(ctx, method, request); err == nil {
			token = c.token
			if err = c.receive(answer); err == nil {
				break
			}
			if err == io.EOF {
				return nil
			}
		}
		if err = r.again(ctx, err, token); err != nil {
			return err
		}
	}
	for yield(answer) {
		answer = PA(new(A))
		if err := c.receive(answer); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
	return nil
}
