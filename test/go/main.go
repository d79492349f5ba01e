// Prints what Go's library answers: `go run . FOLDER` writes one JSON file for each of its packages that src/lib/go stands for.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"unicode/utf8"
)

// A table holds what one function answers: arguments and results, each as JSON.
type table struct {
	function string
	rows     [][2]string
}

// rows asks a function for each input. A result that is an error becomes {"error": text}.
func rows[In any](function string, inputs []In, call func(In) any) table {
	t := table{function: function}
	for _, input := range inputs {
		t.rows = append(t.rows, [2]string{encode(input), encode(call(input))})
	}
	return t
}

func or[Value any](value Value, err error) any {
	if err != nil {
		return err
	}
	return value
}

// encode writes JSON in which a byte that is no UTF-8 is the lone surrogate U+DC00 + byte, as strings are held in src/lib/go.
func encode(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case error:
		return `{"error":` + encode(v.Error()) + "}"
	case string:
		return encodeString(v)
	case bool, int:
		return fmt.Sprint(v)
	case int64, uint64:
		// JSON's readers hold no 64 bits.
		return fmt.Sprintf("%q", fmt.Sprint(v))
	case []string:
		items := make([]string, len(v))
		for i, item := range v {
			items[i] = encode(item)
		}
		return "[" + strings.Join(items, ",") + "]"
	case []any:
		items := make([]string, len(v))
		for i, item := range v {
			items[i] = encode(item)
		}
		return "[" + strings.Join(items, ",") + "]"
	case map[string]any:
		keys := make([]string, 0, len(v))
		for key := range v {
			keys = append(keys, key)
		}
		sort.Strings(keys)
		items := make([]string, len(keys))
		for i, key := range keys {
			items[i] = encode(key) + ":" + encode(v[key])
		}
		return "{" + strings.Join(items, ",") + "}"
	}
	panic(fmt.Sprintf("no form for %T", value))
}

func encodeString(text string) string {
	var out strings.Builder
	out.WriteByte('"')
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, "\\udc%02x", text[i])
		case r == '"' || r == '\\':
			out.WriteByte('\\')
			out.WriteRune(r)
		case r < 0x20 || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff:
			fmt.Fprintf(&out, "\\u%04x", r)
		default:
			out.WriteString(text[i : i+size])
		}
		i += size
	}
	out.WriteByte('"')
	return out.String()
}

func write(folder, name string, tables ...table) {
	var out strings.Builder
	fmt.Fprintf(&out, "{\n\"go\": %q", runtime.Version())
	for _, t := range tables {
		fmt.Fprintf(&out, ",\n%q: [", t.function)
		for i, row := range t.rows {
			if i > 0 {
				out.WriteByte(',')
			}
			fmt.Fprintf(&out, "\n[%s,%s]", row[0], row[1])
		}
		out.WriteString("\n]")
	}
	out.WriteString("\n}\n")
	if err := os.WriteFile(filepath.Join(folder, name+".json"), []byte(out.String()), 0o644); err != nil {
		panic(err)
	}
}

func main() {
	folder := os.Args[1]
	write(folder, "strconv", strconvTables()...)
	write(folder, "fmt", fmtTables()...)
	write(folder, "strings", stringsTables()...)
	write(folder, "time", timeTables()...)
	write(folder, "json", jsonTables()...)
	write(folder, "net", netTables()...)
	write(folder, "url", urlTables()...)
	write(folder, "regexp", regexpTables()...)
}
