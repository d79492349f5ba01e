package main

import (
	"archive/zip"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

var durations = []string{"0", "-0", "+0", "1s", "1.5h", "-1.5h", "+90m", "1h15m30.918s", "22.41166396280000m", "100us", "100µs", "100μs", "5ns", ".5s", "1.s", "-.s", ".",
	"3.0000000000000000000001s", "9223372036854775807ns", "9223372036854775808ns", "-9223372036854775808ns", "9223372036854775.807us", "2562047h47m16.854775807s",
	"2562047h47m16.854775808s", "00000000000000000000000000000000000001s", "10000000000000000000000000s", "1", "s", "1d", "1 s", " 1s", "1s ", "1h-5m", "--1s", "1e3s",
	"0.100000000000000000000h", "0.9223372036854775807s", "0.9223372036854775808s", "1.99999999999999999999999999ns", "0.33333333333333333333h", ""}

var durationPieces = []string{"0", "1", "7", "9", ".", "-", "+", "h", "m", "s", "ms", "us", "µs", "μs", "ns", " ", "é", "\xff", "\"", "00000000000000000000", "33333333333333333"}

// moments gives a moment since 1970 in each zone that comes with Go, or two.
func moments() [][]string {
	archive := filepath.Join(runtime.GOROOT(), "lib/time/zoneinfo.zip")
	// Before the machine's own, which may be of another version.
	os.Setenv("ZONEINFO", archive)
	reader, err := zip.OpenReader(archive)
	if err != nil {
		panic(err)
	}
	defer reader.Close()
	r := random(16)
	var moments [][]string
	for _, file := range reader.File {
		if strings.HasSuffix(file.Name, "/") {
			continue
		}
		for _, year := range []int64{int64(r.IntN(56)), int64(r.IntN(120))} {
			moments = append(moments, []string{file.Name, strconv.FormatInt(year*31556952+r.Int64N(31556952), 10)})
		}
	}
	return moments
}

func zoneAt(input []string) any {
	location, err := time.LoadLocation(input[0])
	if err != nil {
		return err
	}
	seconds, _ := strconv.ParseInt(input[1], 10, 64)
	name, offset := time.Unix(seconds, 0).In(location).Zone()
	return []any{name, offset}
}

var timestamps = []string{"2024-02-29T13:04:05Z", "2024-02-29T13:04:05.123456789Z", "2024-02-29T13:04:05+02:00", "2023-02-29T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
	"2024-02-29T13:04:05,5Z", "2024-02-29T24:00:00Z", "2024-13-01T00:00:00Z", "2024-00-01T00:00:00Z", "2024-01-32T00:00:00Z", "2024-02-29T13:60:05Z", "2024-02-29T13:04:60Z", "2024-02-29 13:04:05Z",
	"2024-02-29T1:04:05Z", "2024-02-29t13:04:05z", "2024-02-29T13:04:05", "2024-02-29T13:04:05+24:00", "2024-02-29T13:04:05-25:00", "2024-02-29T13:04:05+00:61", "2024-2-29T13:04:05Z", "", "x"}

var timestampPieces = []string{"0", "1", "9", "-", "+", ":", ".", ",", "T", "Z", " ", "é", "\"", "00", ".5"}

func parseTime(input []string) any {
	moment, err := time.Parse(input[0], input[1])
	if err != nil {
		return err
	}
	return []any{strconv.FormatInt(moment.Unix(), 10), moment.Nanosecond(), moment.Format(time.RFC3339Nano), moment.UTC().Format(time.RFC1123Z)}
}

func times() [][]string {
	var inputs [][]string
	for _, text := range changed(17, 500, timestamps, timestampPieces) {
		inputs = append(inputs, []string{time.RFC3339, text})
	}
	layouts := []string{time.ANSIC, time.UnixDate, time.RFC822, time.RFC850, time.RFC1123Z, time.Kitchen, time.StampMicro, time.DateTime, "2006-002", "Jan _2 06 3:04PM -0700"}
	r := random(18)
	for range 300 {
		layout := layouts[r.IntN(len(layouts))]
		text := time.Unix(r.Int64N(4102444800), r.Int64N(1e9)).UTC().Format(layout)
		inputs = append(inputs, []string{layout, text}, []string{layout, changed(r.Uint64(), 1, []string{text}, timestampPieces)[1]})
	}
	return inputs
}

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
		rows("time.Parse", times(), parseTime),
		rows("time.Time.Zone", moments(), zoneAt),
	}
}
