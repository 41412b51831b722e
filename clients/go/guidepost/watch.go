package guidepost

import (
	"context"
	"errors"
	"io"
	"iter"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	commonv1 "github.com/guidepost-server/guidepost/clients/go/gen/guidepost/common/v1"
)

// Event is what a watch tells: SnapshotBegan, Entries, SnapshotComplete, Changes, Quiet, Lagging or
// Disconnected.
type Event interface{ isEvent() }

// Beginning is why a snapshot begins.
type Beginning uint8

const (
	// Asked: it was asked for.
	Asked Beginning = iota
	// Trimmed: the server's log no longer goes back to where the watch was.
	Trimmed
	// OtherData: the server has other data than the watch knew, as after the restore of a backup.
	OtherData
)

func (b Beginning) String() string { return [...]string{"asked", "trimmed", "other data"}[b] }

type (
	// SnapshotBegan says that what was told before is void once the snapshot is complete.
	SnapshotBegan struct{ Why Beginning }
	// Entries are a part of the snapshot.
	Entries[E any] struct{ Entries []E }
	// SnapshotComplete is followed by changes.
	SnapshotComplete struct{ Progress Progress }
	// Changes come in order; those of a revision after Progress are a part of it.
	Changes[C any] struct {
		Changes  []C
		Progress Progress
	}
	// Quiet says that nothing that is watched has changed up to Progress.
	Quiet struct{ Progress Progress }
	// Lagging says that the client takes what comes more slowly than it comes.
	Lagging struct{ RevisionsBehind, NewestRevision, OldestRevision uint64 }
	// Disconnected says that the call broke off; the watch tries again and resumes.
	Disconnected struct {
		Err        error
		RetryAfter time.Duration
	}
)

func (SnapshotBegan) isEvent()    {}
func (Entries[E]) isEvent()       {}
func (SnapshotComplete) isEvent() {}
func (Changes[C]) isEvent()       {}
func (Quiet) isEvent()            {}
func (Lagging) isEvent()          {}
func (Disconnected) isEvent()     {}

// ChangeKind is what happened to an entry.
type ChangeKind uint8

const (
	// Added: it was written, or came into what is watched.
	Added ChangeKind = iota + 1
	// Updated: it was there and has other contents.
	Updated
	// Removed: it was deleted, or left what is watched.
	Removed
)

func (k ChangeKind) String() string { return [...]string{"", "added", "updated", "removed"}[k] }

// WatchOption says where a watch begins.
type WatchOption func(*watchStart)

type watchStart struct{ start *commonv1.WatchStart }

// After resumes a watch. A client that knows a revision alone leaves the timeline 0.
func After(p Progress) WatchOption {
	return func(s *watchStart) {
		s.start = &commonv1.WatchStart{Start: &commonv1.WatchStart_After{After: p.message()}}
	}
}

// ChangesOnly begins now, without a snapshot.
func ChangesOnly() WatchOption {
	return func(s *watchStart) {
		s.start = &commonv1.WatchStart{Start: &commonv1.WatchStart_ChangesOnly{ChangesOnly: true}}
	}
}

// watched is how a kind of thing is watched.
type watched[M interface {
	proto.Message
	GetProgress() *commonv1.Progress
}] struct {
	method  string
	request func(*commonv1.WatchStart) proto.Message
	message func() M
	// read gives nil for what needs not be told.
	read func(M) (Event, error)
}

// worthwhile says of each code whether another try may end otherwise.
var worthwhile = map[codes.Code]bool{
	codes.OK: true, codes.Canceled: true, codes.Unavailable: true, codes.Unknown: true, codes.Internal: true,
	codes.ResourceExhausted: true, codes.Aborted: true, codes.DeadlineExceeded: true,
}

// watcher is where a watch is.
type watcher[M interface {
	proto.Message
	GetProgress() *commonv1.Progress
}] struct {
	t     *transport
	kind  watched[M]
	start *commonv1.WatchStart
	why   Beginning
	told  bool
	pause pause
}

// watch follows something as it changes, whatever happens to the connection, until the loop ends,
// the context does, or it cannot go on.
func watch[M interface {
	proto.Message
	GetProgress() *commonv1.Progress
}](ctx context.Context, t *transport, kind watched[M], options []WatchOption) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		begin := watchStart{}
		for _, option := range options {
			if option != nil {
				option(&begin)
			}
		}
		w := &watcher[M]{t: t, kind: kind, start: begin.start}
		for {
			if w.start == nil && !yield(SnapshotBegan{w.why}, nil) {
				return
			}
			cut, left := w.once(ctx, yield)
			if left {
				return
			}
			if ctx.Err() != nil {
				yield(nil, errorOf(ctx.Err()))
				return
			}
			delay, goesOn := w.broken(cut)
			if !goesOn {
				yield(nil, cut)
				return
			}
			if !yield(Disconnected{cut, delay}, nil) {
				return
			}
			if err := sleep(ctx, delay); err != nil {
				yield(nil, err)
				return
			}
		}
	}
}

// once is one call: why it broke off, or that the loop was left.
func (w *watcher[M]) once(ctx context.Context, yield func(Event, error) bool) (cut error, left bool) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c, err := w.t.ask(ctx, w.kind.method, w.kind.request(w.start))
	if err != nil {
		return err, false
	}
	for {
		message := w.kind.message()
		if err := c.receive(message); err == io.EOF {
			return failed(codes.Unavailable, "the server ended the watch"), false
		} else if err != nil {
			return err, false
		}
		w.pause.answered()
		event, err := w.kind.read(message)
		if err != nil {
			return err, false
		}
		if event != nil && !yield(event, nil) {
			return nil, true
		}
		if p := message.GetProgress(); p != nil {
			w.told = true
			w.start = &commonv1.WatchStart{Start: &commonv1.WatchStart_After{After: p}}
		}
	}
}

// broken says how long to wait for the next try; false: it cannot go on. What cannot be resumed is
// watched with a snapshot, at once, unless nothing was ever told: then the start is the caller's to
// mend.
func (w *watcher[M]) broken(cut error) (time.Duration, bool) {
	var e *Error
	if !errors.As(cut, &e) {
		return 0, false
	}
	if e.Code == codes.OutOfRange && w.told {
		w.why = OtherData
		if e.Reason == "REVISION_TRIMMED" || e.Reason == "" {
			w.why = Trimmed
		}
		w.start, w.told = nil, false
		return 0, true
	}
	if worthwhile[e.Code] || e.Code == codes.Unauthenticated && w.t.settings.renews {
		return max(w.pause.delay(), e.RetryAfter), !w.t.isClosed()
	}
	return 0, false
}

// common reads what all watches have.
func common(end *commonv1.EndOfSnapshot, lag *commonv1.Lag, p *commonv1.Progress) Event {
	switch {
	case end != nil:
		return SnapshotComplete{progressOf(p)}
	case lag != nil:
		return Lagging{lag.GetRevisionsBehind(), lag.GetNewestRevision(), lag.GetOldestRevision()}
	default:
		return Quiet{progressOf(p)}
	}
}
