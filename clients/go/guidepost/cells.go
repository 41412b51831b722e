package guidepost

import (
	"net/netip"

	"github.com/gaissmai/bart"
)

// cells answer most look-ups of IPv4 addresses with one load from memory, where a trie makes several
// that wait for each other:
//
//	first byte ──▶ its best route of 0 to 8 bits, and a page
//	second byte ─▶ its best route of 9 to 16 bits, and a block
//	third byte ──▶ its best route of 17 to 24 bits, or "ask the trie", which knows longer ones
//
// A block is made where at least blockFrom prefixes would use it; elsewhere the trie is asked too. So
// they take at most as much memory as the trie. A level holds no routes of the levels above: what a
// short prefix changes is 256 cells, not a million. Versions share what did not change.
type cells struct {
	made  uint64 // by which change of the copy: what the same one made may be changed in place
	best  [256]*Route
	pages [256]*page
}

type page struct {
	made   uint64
	slots  [256]slot
	counts [256]count
}

type slot struct {
	best  *Route
	block *block
}

type block [256]*Route

// count is how many prefixes lie in a slot: of 17 to 24 bits, and longer.
type count struct {
	middle int16
	long   int32
}

// Blocks are 2 KiB, as much as the trie takes for about that many routes. Once made they stay until
// half of those are gone, so that one that comes and goes does not make them each time.
const (
	blockFrom = 8
	blockTo   = blockFrom / 2
)

var (
	askTrie    = &Route{}
	allAskTrie = func() *block {
		var b block
		for i := range b {
			b[i] = askTrie
		}
		return &b
	}()
)

// lookup finds the best route of the longest prefix; askTrie if it cannot know.
func (c *cells) lookup(address [4]byte) *Route {
	found := c.best[address[0]]
	if page := c.pages[address[0]]; page != nil {
		slot := &page.slots[address[1]]
		if slot.best != nil {
			found = slot.best
		}
		if slot.block != nil {
			if longer := slot.block[address[2]]; longer != nil {
				found = longer
			}
		}
	}
	return found
}

// cellsOf makes those of a whole table.
func cellsOf(trie *bart.Table[*Route]) *cells {
	c := &cells{}
	for prefix := range trie.All4() {
		if prefix.Bits() > 16 {
			at := prefix.Addr().As4()
			c.page(at[0], 0).counts[at[1]].add(prefix.Bits(), 1)
		}
	}
	for prefix, route := range trie.AllSorted4() { // a prefix before those that it covers
		at, bits := prefix.Addr().As4(), prefix.Bits()
		switch {
		case bits <= 8:
			for i := range covered(at[0], 8-bits) {
				c.best[i] = route
			}
		case bits <= 16:
			page := c.page(at[0], 0)
			for i := range covered(at[1], 16-bits) {
				page.slots[i].best = route
			}
		default:
			page := c.page(at[0], 0)
			slot := &page.slots[at[1]]
			switch {
			case page.counts[at[1]].middle < blockFrom:
				slot.block = allAskTrie
			case slot.block == nil:
				slot.block = &block{}
				fallthrough
			default:
				if bits > 24 {
					route, bits = askTrie, 24
				}
				for i := range covered(at[2], 24-bits) {
					slot.block[i] = route
				}
			}
		}
	}
	return c
}

// changed gives the cells after a change of a prefix, of which the trie knows already; by is -1 if
// the prefix is gone, 1 if it came, and 0 if it has other routes.
func (c *cells) changed(trie *bart.Table[*Route], prefix netip.Prefix, by int, made uint64) *cells {
	if c.made != made {
		after := *c
		after.made = made
		c = &after
	}
	at, bits := prefix.Addr().As4(), prefix.Bits()
	switch {
	case bits <= 8:
		for i := range covered(at[0], 8-bits) {
			c.best[i] = longest(trie, [4]byte{byte(i)}, 8, 0)
		}
	case bits <= 16:
		page := c.page(at[0], made)
		for i := range covered(at[1], 16-bits) {
			page.slots[i].best = longest(trie, [4]byte{at[0], byte(i)}, 16, 9)
		}
	default:
		c.page(at[0], made).changed(trie, at, bits, by)
	}
	return c
}

// page gives the page of a first byte to change it: a copy of the one that readers may see.
func (c *cells) page(first byte, made uint64) *page {
	switch have := c.pages[first]; {
	case have == nil:
		c.pages[first] = &page{made: made}
	case have.made != made:
		after := *have
		after.made = made
		c.pages[first] = &after
	}
	return c.pages[first]
}

func (p *page) changed(trie *bart.Table[*Route], at [4]byte, bits, by int) {
	slot, count := &p.slots[at[1]], &p.counts[at[1]]
	count.add(bits, by)
	isBlock := slot.block != nil && slot.block != allAskTrie
	switch {
	case isBlock && count.middle >= blockTo:
		after := *slot.block
		for i := range covered(at[2], max(0, 24-bits)) {
			after[i] = cell(trie, [4]byte{at[0], at[1], byte(i)}, count.long > 0)
		}
		slot.block = &after
	case count.middle >= blockFrom:
		var after block
		for i := range after {
			after[i] = cell(trie, [4]byte{at[0], at[1], byte(i)}, count.long > 0)
		}
		slot.block = &after
	case count.middle > 0 || count.long > 0:
		slot.block = allAskTrie
	default:
		slot.block = nil
	}
}

func (c *count) add(bits, by int) {
	if bits <= 24 {
		c.middle += int16(by)
	} else {
		c.long += int32(by)
	}
}

// cell is what a block has for a third byte.
func cell(trie *bart.Table[*Route], at [4]byte, longer bool) *Route {
	if longer {
		for prefix := range trie.Subnets(netip.PrefixFrom(netip.AddrFrom4(at), 24)) {
			if prefix.Bits() > 24 {
				return askTrie
			}
		}
	}
	return longest(trie, at, 24, 17)
}

// longest is the best route of the longest prefix that covers so many bits of an address, and has at
// least so many itself.
func longest(trie *bart.Table[*Route], at [4]byte, bits, least int) *Route {
	prefix, route, ok := trie.LookupPrefixLPM(netip.PrefixFrom(netip.AddrFrom4(at), bits))
	if !ok || prefix.Bits() < least {
		return nil
	}
	return route
}

// covered gives the bytes that begin like this one, except for its last bits.
func covered(first byte, free int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for i := int(first); i < int(first)+1<<free; i++ {
			if !yield(i) {
				return
			}
		}
	}
}
