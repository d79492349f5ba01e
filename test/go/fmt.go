package main

import (
	"fmt"
	"strconv"
	"strings"
)

var formatPieces = []string{"%", "%", "%", "+", "-", "#", " ", "0", "1", "5", "12", ".", ".3", "*", "[1]", "[2]", "v", "d", "s", "q", "x", "X", "o", "O", "b", "c", "U", "t", "e", "E", "f", "g", "G", "T", "p", "w", "z", "é", "%%", "a"}

// verbs gives formats in which a verb stands with flags, width and precision.
func verbs(seed uint64, count int) []string {
	r := random(seed)
	formats := make([]string, count)
	for i := range formats {
		var out strings.Builder
		out.WriteByte('%')
		for range r.IntN(3) {
			out.WriteByte("+-# 0"[r.IntN(5)])
		}
		if r.IntN(2) == 0 {
			out.WriteString(strconv.Itoa(r.IntN(14)))
		}
		if r.IntN(3) == 0 {
			out.WriteString("." + strconv.Itoa(r.IntN(7)))
		}
		out.WriteByte("vdsqxXoObcUteEfFgGTpw"[r.IntN(21)])
		formats[i] = out.String()
	}
	return formats
}

// goValue reads a value that the vectors write as a kind and a text.
func goValue(text string) any {
	kind, rest, _ := strings.Cut(text, " ")
	switch kind {
	case "int":
		n, _ := strconv.Atoi(rest)
		return n
	case "float64":
		f, _ := strconv.ParseFloat(rest, 64)
		return f
	case "string":
		return rest
	case "bool":
		return rest == "true"
	case "list":
		var items []any
		for _, item := range strings.Split(rest, "|") {
			items = append(items, goValue(item))
		}
		return items
	case "map":
		return map[string]any{"b": goValue(strings.Split(rest, "|")[0]), "a": nil, "c": 1}
	}
	return nil
}

var fmtValues = []string{"int 0", "int 42", "int -7", "int 1114111", "int 9223372036854775807", "int -9223372036854775808", "float64 0", "float64 -0.5", "float64 3.14159", "float64 1e21", "float64 1e-7",
	"float64 +Inf", "float64 NaN", "float64 100000", "string ", "string abc", "string é世", "string a\"b\n", "string \xff", "bool true", "bool false", "nil", "list int 1|string x|nil", "list float64 0.5|bool true", "map int 1", "map string y", "map nil"}

func fmtTables() []table {
	r := random(70)
	var inputs [][]string
	for _, format := range append(verbs(71, 1200), mixed(72, 400, 5, formatPieces)...) {
		input := []string{format}
		for range r.IntN(8) / 3 {
			input = append(input, fmtValues[r.IntN(len(fmtValues))])
		}
		if len(input) == 1 && r.IntN(3) > 0 {
			input = append(input, fmtValues[r.IntN(len(fmtValues))])
		}
		inputs = append(inputs, input)
	}
	values := func(input []string) []any {
		var values []any
		for _, text := range input {
			values = append(values, goValue(text))
		}
		return values
	}
	// Pointers are other ones each time.
	inputs = slicesWithout(inputs, func(input []string) bool { return strings.Contains(input[0], "p") })
	return []table{
		rows("fmt.Sprintf", inputs, func(input []string) any { return fmt.Sprintf(input[0], values(input[1:])...) }),
		rows("fmt.Sprint", inputs, func(input []string) any { return fmt.Sprint(values(input[1:])...) }),
		rows("fmt.Sprintln", inputs[:200], func(input []string) any { return fmt.Sprintln(values(input[1:])...) }),
	}
}

func slicesWithout(inputs [][]string, drop func([]string) bool) [][]string {
	var kept [][]string
	for _, input := range inputs {
		if !drop(input) {
			kept = append(kept, input)
		}
	}
	return kept
}
