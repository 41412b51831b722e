package guidepost

import (
	"context"

	serverv1 "github.com/guidepost-server/guidepost/clients/go/gen/guidepost/server/v1"
)

// Client is a server, or a cluster of them.
type Client struct{ t *transport }

// New makes a client of HOST:PORT, or of several servers of one cluster, separated by commas: calls
// go to one after the other and past those that cannot be reached, and never see older data than
// before. Nothing is sent before the first call.
func New(servers string, options ...Option) (*Client, error) {
	t, err := newTransport(servers, options)
	if err != nil {
		return nil, err
	}
	return &Client{t}, nil
}

// Close ends all calls.
func (c *Client) Close() error { return c.t.close() }

// Routes is the table "default"; for others see [Routes.InTable].
func (c *Client) Routes() *Routes { return &Routes{t: c.t} }

// Features has what has a name or a use at a point.
func (c *Client) Features() *Features { return &Features{c.t} }

// Notes has what travellers report.
func (c *Client) Notes() *Notes { return &Notes{c.t} }

// Trips has where travellers went.
func (c *Client) Trips() *Trips { return &Trips{c.t} }

// Info is what the server says of itself.
func (c *Client) Info(ctx context.Context) (*serverv1.GetInfoResponse, error) {
	answer := &serverv1.GetInfoResponse{}
	err := c.t.unary(ctx, serverv1.Server_GetInfo_FullMethodName, &serverv1.GetInfoRequest{}, answer, true)
	return answer, err
}
