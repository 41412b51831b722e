package guidepost

import (
	"errors"
	"net/netip"
	"testing"
)

func TestAnOptionThatIsNilIsNone(t *testing.T) {
	if q := asked([]Question{nil, WithTimes()}); !q.withTimes {
		t.Error("the others count")
	}
	if m := (&Routes{}).modification([]Write{nil, Atomic()}); !m.GetAtomic() {
		t.Error("the others count")
	}
	client, err := New("127.0.0.1:1", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = client.Close()
}

func TestWhatBelongsToAClosedClientOrCopySaysSo(t *testing.T) {
	client, err := New("127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	live := client.Routes().Live(t.Context(), nil)
	live.Close()
	if err := live.Ready(t.Context()); !errors.Is(err, ErrClosed) {
		t.Error("a copy:", err)
	}
	_ = client.Close()
	if _, err := client.Routes().Count(t.Context(), netip.Prefix{}); !errors.Is(err, ErrClosed) {
		t.Error("a call:", err)
	}
	for _, err := range client.Routes().Watch(t.Context(), netip.Prefix{}, nil) {
		if err != nil && !errors.Is(err, ErrClosed) {
			t.Error("a watch:", err)
		}
	}
}
