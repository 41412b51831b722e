// Package guidepost is the client of a Guidepost server: longest-match routes, and features, notes
// and trips of travellers.
//
//	client, err := guidepost.New("localhost:50051")
//	if err != nil { ... }
//	defer client.Close()
//	found, ok, err := client.Routes().Lookup(ctx, netip.MustParseAddr("10.1.2.3"))
//
// Reads are tried again where a server cannot be reached, writes only where nothing was done; see
// [Error.NotDone]. What comes in any number is an iterator, which ends its call when the loop does.
// All of it may be used by any number of goroutines, unless a type says otherwise.
//
// The messages of features, notes and trips are the generated ones of gen/guidepost/guide/v1.
package guidepost
