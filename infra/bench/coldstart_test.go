package main

import (
	"testing"
	"time"
)

// spread returns n values around a middle, up to so large a share of it away.
func spread(middle time.Duration, share float64, n int) (values []time.Duration) {
	for i := range n {
		away := float64(2*i)/float64(n-1) - 1 // -1 to 1
		values = append(values, time.Duration(float64(middle)*(1+share*away)))
	}
	return values
}

// TestColdStart judges a function by what is steadier, and lets it draw with its limit where its starts can't tell the two apart.
func TestColdStart(t *testing.T) {
	for _, try := range []struct {
		name                string
		wall, cpu           float64 // multiples of the bare handler's
		wallShare, cpuShare float64
		verdict             verdict
		starts              int
	}{
		{name: "steady and under", wall: 1.3, cpu: 1.3, wallShare: .5, cpuShare: .01, verdict: met, starts: 40},
		{name: "steady and over", wall: 1.3, cpu: 1.5, wallShare: .5, cpuShare: .01, verdict: missed, starts: 40},
		{name: "the clock is steadier", wall: 1.5, cpu: 1.3, wallShare: .01, cpuShare: .5, verdict: missed, starts: 40},
		{name: "a draw", wall: 3, cpu: 1.5, wallShare: .5, cpuShare: .2, verdict: met, starts: 9},
		{name: "the same with many starts", wall: 3, cpu: 1.5, wallShare: .5, cpuShare: .2, verdict: missed, starts: 999},
		{name: "far over, however noisy", wall: 3, cpu: 3, wallShare: .5, cpuShare: .2, verdict: missed, starts: 9},
	} {
		t.Run(try.name, func(t *testing.T) {
			times := func(wall, cpu float64) *started {
				const bare = 10 * time.Millisecond
				return &started{
					wall: spread(time.Duration(wall*float64(bare)), try.wallShare, try.starts),
					cpu:  spread(time.Duration(cpu*float64(bare)), try.cpuShare, try.starts),
				}
			}
			bare, ours := &program{Name: "bare"}, &program{Name: "api/one", Kind: jsonFunction}
			r := &report{folder: t.TempDir()}
			if err := r.p1([]*program{bare, ours}, map[*program]*started{bare: times(1, 1), ours: times(try.wall, try.cpu)}, nil); err != nil {
				t.Fatal(err)
			}
			if r.rows[0].Verdict != try.verdict {
				t.Errorf("judged %+v", r.rows[0])
			}
		})
	}
}
