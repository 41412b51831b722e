package guidepost

import (
	"context"
	"errors"
	"io"
	"iter"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

const (
	// Operations in a batch: the most efficient size for server and client.
	batchOperationsMax = 512
	// Bytes in a batch, and in an operation: a quarter of what a server takes.
	batchBytesMax = 1 << 20
	// Operations without an answer: enough to keep the server's disk busy.
	unansweredMax = 32 * batchOperationsMax
)

// writing is how a kind of thing is written.
type writing[O any] struct {
	method  string
	message func(O) proto.Message
	request func([]proto.Message) proto.Message
	// receive takes the next answer apart.
	receive func(*call) ([]Result, error)
}

// Writer writes many operations without waiting for each answer.
//
// Operations go out in batches of 512, or of 1 MiB if that is less; at most 16,384 are unanswered at a
// time, so memory stays bounded. What was acknowledged is durable and visible, or rejected: after a
// failure go on from there. One goroutine.
type Writer[O any] struct {
	ctx      context.Context
	cancel   context.CancelFunc
	t        *transport
	kind     writing[O]
	onResult func(index int, result Result)

	call         *call
	batch        []proto.Message
	batchBytes   int
	sent         int
	acknowledged int
	revision     uint64
	err          error
}

func newWriter[O any](ctx context.Context, t *transport, kind writing[O], onResult func(int, Result)) *Writer[O] {
	ctx, cancel := context.WithCancel(ctx)
	return &Writer[O]{ctx: ctx, cancel: cancel, t: t, kind: kind, onResult: onResult}
}

// Acknowledged is how many operations were answered: the first ones of those that were written.
func (w *Writer[O]) Acknowledged() int { return w.acknowledged }

// Revision is the newest revision that an answer named.
func (w *Writer[O]) Revision() uint64 { return w.revision }

// Write takes an operation; it sends when a batch is full, and waits while too many are unanswered.
func (w *Writer[O]) Write(operation O) error {
	if w.err != nil {
		return w.err
	}
	message := w.kind.message(operation)
	size := proto.Size(message)
	if size > batchBytesMax {
		return failed(codes.InvalidArgument, "operation of %d bytes: must have at most %d", size, batchBytesMax)
	}
	if w.batchBytes+size > batchBytesMax {
		if err := w.Flush(); err != nil {
			return err
		}
	}
	w.batch = append(w.batch, message)
	w.batchBytes += size
	if len(w.batch) >= batchOperationsMax {
		return w.Flush()
	}
	return nil
}

// Flush sends what waits.
func (w *Writer[O]) Flush() error {
	for w.err == nil && w.sent+len(w.batch)-w.acknowledged > unansweredMax {
		w.take()
	}
	if w.err != nil || len(w.batch) == 0 {
		return w.err
	}
	if w.open() {
		if err := w.call.stream.SendMsg(w.kind.request(w.batch)); err == io.EOF {
			for w.err == nil { // the call has ended: what it answered comes first, then why
				w.take()
			}
			return w.err
		} else if err != nil {
			w.err = w.t.failed(w.call.s, err)
			return w.err
		}
		w.sent += len(w.batch)
		w.batch, w.batchBytes = nil, 0
	}
	return w.err
}

func (w *Writer[O]) open() bool {
	if w.call == nil && w.err == nil {
		w.call, w.err = w.t.open(w.ctx, w.kind.method)
	}
	return w.err == nil
}

func (w *Writer[O]) take() {
	results, err := w.kind.receive(w.call)
	if err == io.EOF {
		err = failed(codes.Internal, "the server ended the call before all was answered")
	}
	if err != nil {
		w.err = err
		return
	}
	for _, result := range results {
		w.revision = max(w.revision, result.Revision)
		w.acknowledged++
		if w.onResult != nil {
			w.onResult(w.acknowledged-1, result)
		}
	}
}

// Sync sends what waits and takes all answers.
func (w *Writer[O]) Sync() error {
	err := w.Flush()
	for err == nil && w.acknowledged < w.sent {
		w.take()
		err = w.err
	}
	return err
}

// Close sends what waits, takes all answers and ends the call. Of a writer that failed, or whose
// context ended, it only ends the call: operations without an answer may or may not have been done.
func (w *Writer[O]) Close() error {
	defer w.cancel()
	if errors.Is(w.err, ErrClosed) {
		return nil
	}
	err := w.Sync()
	if err == nil && w.call != nil {
		if err = w.call.stream.CloseSend(); err == nil {
			if _, err = w.kind.receive(w.call); err == io.EOF {
				err = nil
			}
		}
	}
	w.err = ErrClosed
	return err
}

// LoadReport is what became of a load: Accepted + Rejected = rows given.
type LoadReport struct {
	Accepted, Rejected int
	EntriesChanged     uint64
	Revision           uint64
	// Errors has the first 100 rejections.
	Errors []RowError
}

// RowError is why a row was rejected.
type RowError struct {
	Index int
	Err   error
}

func (r *LoadReport) count(result Result) {
	if result.Err == nil {
		r.Accepted++
		r.EntriesChanged += uint64(result.EntriesChanged)
		r.Revision = max(r.Revision, result.Revision)
		return
	}
	if len(r.Errors) < 100 {
		r.Errors = append(r.Errors, RowError{r.Accepted + r.Rejected, result.Err})
	}
	r.Rejected++
}

// load writes operations that may be written twice: what a cut left unanswered is written again. It
// gives up where no answer came for the client's timeout.
func load[O any](ctx context.Context, t *transport, kind writing[O], operations iter.Seq[O]) (LoadReport, error) {
	report := LoadReport{}
	var unanswered []O
	var between pause
	answered := time.Now()
	ended := func(_ int, result Result) {
		answered = time.Now()
		between.answered()
		unanswered = unanswered[1:]
		report.count(result)
	}
	next, stop := iter.Pull(operations)
	defer stop()
	more := true
	for {
		w := newWriter(ctx, t, kind, ended)
		var err error
		for _, each := range append([]O(nil), unanswered...) {
			if err = w.Write(each); err != nil {
				break
			}
		}
		for err == nil && more {
			var operation O
			if operation, more = next(); more {
				unanswered = append(unanswered, operation)
				err = w.Write(operation)
			}
		}
		if err == nil {
			err = w.Close()
		}
		w.cancel()
		if err == nil {
			return report, nil
		}
		var e *Error
		mayGoOn := errors.As(err, &e) && (e.Code == codes.Unavailable || e.RetryAfter > 0)
		if !mayGoOn || ctx.Err() != nil || time.Since(answered) > t.settings.timeout {
			return report, err
		}
		if err := sleep(ctx, max(between.delay(), e.RetryAfter)); err != nil {
			return report, err
		}
	}
}
