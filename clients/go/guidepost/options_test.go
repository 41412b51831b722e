package guidepost

import "testing"

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
