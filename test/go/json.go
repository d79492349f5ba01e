package main

import (
	"encoding/json"
	"strconv"
)

var documents = []string{`{}`, `[]`, `{"a":1}`, `{"a":[1,2,{"b":null}],"c":"d"}`, `[true,false,null]`, `"text"`, `"\u00e9\ud83d\ude00\ud800"`, `"\n\t\"\\\/"`, `-0`, `0.5`, `1e3`,
	`1E-7`, `-12.50e+2`, `1e400`, `123456789012345678901234567890`, ` {"a" : 1 } `, `tru`, `nul`, `falsy`, `01`, `1.`, `.5`, `-`, `+1`, `1e`, `1e+`, `{"a"}`, `{"a":}`, `{"a":1,}`,
	`{a:1}`, `[1,]`, `[1 2]`, `"a`, "\"a\nb\"", `"\x"`, `"\u12g4"`, `'a'`, `{"a":1}}`, `[`, `{`, `"`, `{"a":1`, ``, ` `, `é`, `"é`, `{"é":x}`, `nan`, `{"a":1 "b":2}`, "[\"\xff\"]"}

var jsonPieces = []string{`{`, `}`, `[`, `]`, `,`, `:`, `"`, `\`, `\u`, `d8`, ` `, "\t", "\n", "\x00", "0", "1", "-", "+", ".", "e", "E", "true", "null", "é", "😀", "'", "\xff", "\u2028"}

// valueOf writes numbers as Go prints them, so that JSON's readers need not agree on them.
func valueOf(value any) any {
	switch v := value.(type) {
	case float64:
		return "number " + strconv.FormatFloat(v, 'g', -1, 64)
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			items[i] = valueOf(item)
		}
		return items
	case map[string]any:
		entries := map[string]any{}
		for key, item := range v {
			entries[key] = valueOf(item)
		}
		return entries
	}
	return value
}

func unmarshal(text string) any {
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		return err
	}
	return valueOf(value)
}

func marshal(text string) any {
	bytes, err := json.Marshal(text)
	return or(string(bytes), err)
}

func jsonTables() []table {
	return []table{
		rows("json.Unmarshal", changed(30, 700, documents, jsonPieces), unmarshal),
		rows("json.Valid", changed(31, 300, documents, jsonPieces), func(text string) any { return json.Valid([]byte(text)) }),
		rows("json.Marshal", mixed(32, 300, 8, characters), marshal),
	}
}
