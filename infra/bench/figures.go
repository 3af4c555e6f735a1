package main

import (
	"cmp"
	"math"
	"slices"
)

// median returns the middle of the values, 0 of none.
func median[T cmp.Ordered](values []T) (middle T) {
	if len(values) == 0 {
		return middle
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	return sorted[len(sorted)/2]
}

// halfWidth returns half the range of the middle half of the values, as a share of their median: how noisy they were.
func halfWidth[T ~int64 | ~float64](values []T) float64 {
	if len(values) < 4 {
		return 0
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	n := len(sorted)
	return math.Abs(float64(sorted[3*n/4]-sorted[n/4])) / 2 / float64(sorted[n/2])
}

// uncertainty returns how far the median of the values may lie from that of many more, as a share of it: two standard errors, taken from the
// middle half as of a normal distribution.
func uncertainty[T ~int64 | ~float64](values []T) float64 {
	if len(values) == 0 {
		return 0
	}
	const deviations, ofMedian, errors = 1 / 0.674, 1.253, 2
	return halfWidth(values) * deviations * ofMedian * errors / math.Sqrt(float64(len(values)))
}

// above returns by how many per cent a value is over a limit.
func above(value, limit float64) float64 { return (value/limit - 1) * 100 }
