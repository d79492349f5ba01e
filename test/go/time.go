package main

import (
	"math"
	"strings"
	"time"
)

var durations = []string{"0", "-0", "+0", "1s", "1.5h", "-1.5h", "+90m", "1h15m30.918s", "22.41166396280000m", "100us", "100µs", "100μs", "5ns", ".5s", "1.s", "-.s", ".",
	"3.0000000000000000000001s", "9223372036854775807ns", "9223372036854775808ns", "-9223372036854775808ns", "9223372036854775.807us", "2562047h47m16.854775807s",
	"2562047h47m16.854775808s", "00000000000000000000000000000000000001s", "10000000000000000000000000s", "1", "s", "1d", "1 s", " 1s", "1s ", "1h-5m", "--1s", "1e3s",
	"0.100000000000000000000h", "0.9223372036854775807s", "0.9223372036854775808s", "1.99999999999999999999999999ns", "0.33333333333333333333h", ""}

var durationPieces = []string{"0", "1", "7", "9", ".", "-", "+", "h", "m", "s", "ms", "us", "µs", "μs", "ns", " ", "é", "\xff", "\"", "00000000000000000000", "33333333333333333"}

func timeTables() []table {
	r := random(13)
	sizes := []int64{0, 1, -1, 999, 1000, 1001, 999999, 1000000, 1100000, 999999999, 1000000000, 59999999999, 60000000000, 3600000000000, math.MaxInt64, math.MinInt64}
	for range 200 {
		sizes = append(sizes, r.Int64()>>r.IntN(63), -r.Int64()>>r.IntN(63))
	}
	fractions := make([]string, 200)
	for i := range fractions {
		unit := []string{"h", "m", "s", "ms", "us", "ns"}[r.IntN(6)]
		for range r.IntN(4) {
			fractions[i] += string(rune('0' + r.IntN(10)))
		}
		fractions[i] += "." + strings.Repeat("0", r.IntN(3))
		for range 1 + r.IntN(22) {
			fractions[i] += string(rune('0' + r.IntN(10)))
		}
		fractions[i] += unit
	}
	parse := func(text string) any {
		d, err := time.ParseDuration(text)
		return or(int64(d), err)
	}
	return []table{
		rows("time.ParseDuration", append(changed(14, 400, durations, durationPieces), fractions...), parse),
		rows("time.Duration.String", sizes, func(size int64) any { return time.Duration(size).String() }),
	}
}
