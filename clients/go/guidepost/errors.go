package guidepost

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Error is a call that failed, with what the server says for programs.
//
//	var failed *guidepost.Error
//	if errors.As(err, &failed) && failed.Reason == "TABLE_UNKNOWN" { ... }
//	if errors.Is(err, guidepost.ErrNotFound) { ... }
type Error struct {
	// Code is the status, such as codes.NotFound.
	Code codes.Code
	// Text is for people.
	Text string
	// Reason is a stable name in capitals, such as MASK_NONCONTIGUOUS; empty if there is none.
	Reason string
	// Field is the path of the field that broke a rule, Value what stood there, Rule the rule.
	Field, Value, Rule string
	// Metadata has all facts that the server gave.
	Metadata map[string]string
	// RetryAfter is how long to wait until a retry can succeed; 0: nobody knows.
	RetryAfter time.Duration
	// NotDone is true of a write of which nothing was done, so that it can be sent again; of a stream's
	// operations it speaks of those without an answer.
	NotDone bool

	status *status.Status
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %s", e.Code, e.Text) }

// GRPCStatus is the status as gRPC has it.
func (e *Error) GRPCStatus() *status.Status { return e.status }

// Is makes errors.Is work with the kinds below and with the errors of contexts.
func (e *Error) Is(target error) bool {
	switch kind := target.(type) {
	case kindError:
		return codes.Code(kind) == e.Code
	default:
		return target == ErrClosed && e.Code == codes.Canceled && e.Text == status.Convert(grpc.ErrClientConnClosing).Message() ||
			target == context.Canceled && e.Code == codes.Canceled ||
			target == context.DeadlineExceeded && e.Code == codes.DeadlineExceeded
	}
}

type kindError codes.Code

func (k kindError) Error() string { return codes.Code(k).String() }

// Kinds of errors, for errors.Is.
const (
	ErrInvalidArgument    = kindError(codes.InvalidArgument)
	ErrNotFound           = kindError(codes.NotFound)
	ErrAlreadyExists      = kindError(codes.AlreadyExists)
	ErrFailedPrecondition = kindError(codes.FailedPrecondition)
	ErrOutOfRange         = kindError(codes.OutOfRange)
	ErrPermissionDenied   = kindError(codes.PermissionDenied)
	ErrUnauthenticated    = kindError(codes.Unauthenticated)
	ErrResourceExhausted  = kindError(codes.ResourceExhausted)
	ErrUnavailable        = kindError(codes.Unavailable)
)

// ErrClosed is told by what belongs to a client, a copy or a writer that was closed.
var ErrClosed = errors.New("guidepost: closed")

// Reasons that say: nothing of the write was done, and nothing of it ever will be. docs/reference/errors.md lists them. The code
// alone says it for none: an answer that is too large for its connection or its client is ResourceExhausted too.
var refusals = map[string]bool{
	"ABANDONED": true, "CALLER_HOLDS_TOO_MUCH": true, "CALLER_TOO_FAST": true, "DISK_FULL": true, "NO_LEADER": true,
	"NOT_WRITTEN": true, "OVERLOADED": true, "SUPERSEDED": true, "WRITER_STOPPED": true,
}

// What gRPC says of a connection that was never made: nothing was sent.
var neverSent = []string{
	"error while dialing", "authentication handshake failed", "error reading server preface", "connection refused",
	"name resolver error", "no children to pick from",
}

// errorOf makes an Error of what a call ended with; nil stays nil.
func errorOf(err error) error {
	if err == nil {
		return nil
	}
	var known *Error
	if errors.As(err, &known) {
		return err
	}
	s := status.FromContextError(err)
	if converted, ok := status.FromError(err); ok {
		s = converted
	}
	e := &Error{Code: s.Code(), Text: s.Message(), status: s}
	for _, detail := range s.Details() {
		e.take(detail)
	}
	e.NotDone = refusals[e.Reason] || e.Code == codes.Unavailable && wasNeverSent(e.Text)
	return e
}

func wasNeverSent(text string) bool {
	text = strings.ToLower(text)
	for _, words := range neverSent {
		if strings.Contains(text, words) {
			return true
		}
	}
	return false
}

func (e *Error) take(detail any) {
	switch d := detail.(type) {
	case *errdetails.ErrorInfo:
		if d.GetDomain() == "guidepost" && e.Reason == "" {
			e.Reason, e.Metadata = d.GetReason(), maps.Clone(d.GetMetadata())
			e.Field, e.Value = e.Metadata["field"], e.Metadata["value"]
		}
	case *errdetails.BadRequest:
		for _, violation := range d.GetFieldViolations() {
			if e.Rule == "" {
				_, rule, found := strings.Cut(violation.GetDescription(), `": `)
				if !found {
					rule = violation.GetDescription()
				}
				e.Rule = rule
			}
		}
	case *errdetails.RetryInfo:
		e.RetryAfter = d.GetRetryDelay().AsDuration()
	}
}

func failed(code codes.Code, format string, arguments ...any) *Error {
	text := fmt.Sprintf(format, arguments...)
	return &Error{Code: code, Text: text, status: status.New(code, text)}
}
